namespace SocketConnector.Relaying;

/// <summary>Counts the sockets on their way between acquisition and a connection, a place to wait, or their end.</summary>
internal sealed class UnderWay
{
    private int _now;
    private long _ever;

    /// <summary>Called when a socket has come to the end of its way.</summary>
    public event Action? Settled;

    public int Now => Volatile.Read(ref _now);

    public long Ever => Volatile.Read(ref _ever);

    public async Task<T> FollowAsync<T>(Func<Task<T>> way)
    {
        Interlocked.Increment(ref _ever);
        Interlocked.Increment(ref _now);
        try
        {
            return await way().ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _now);
            Settled?.Invoke();
        }
    }
}
