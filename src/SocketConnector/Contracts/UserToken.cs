namespace SocketConnector;

/// <summary>
/// A token for a user's code, cancelled when another one is. What that code registers on it may throw or block; so it runs apart,
/// and a failure in it is lost together with the code that is being given up.
/// </summary>
internal sealed class UserToken : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly CancellationToken _followed;
    private readonly CancellationTokenRegistration _registration;

    public UserToken(CancellationToken followed)
    {
        _followed = followed;
        _registration = followed.UnsafeRegister(static source => CancelApart((CancellationTokenSource)source!), _source);
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        _registration.Dispose();
        if (_followed.IsCancellationRequested)
        {
            // The caller of the user's code may see the cancellation first, and give up before this runs.
            CancelApart(_source);
        }
    }

    private static void CancelApart(CancellationTokenSource source) => _ = source.CancelAsync().ContinueWith(
        static failed => failed.Exception,
        CancellationToken.None,
        TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);
}
