namespace SocketConnector.Rendezvous.EndToEnd;

/// <summary>
/// Keeps a shutdown from running during a read. <see cref="System.Net.Security.SslStream"/> does not serialize the two, and OpenSSL
/// then takes incoming data for data after the close-notify.
/// </summary>
internal sealed class ReadTurn
{
    private readonly Lock _gate = new();
    private bool _isTaken;

    /// <summary>A read begins or goes on.</summary>
    public void Take() => Set(isTaken: true);

    /// <summary>It waits for bytes, or has ended.</summary>
    public void Release() => Set(isTaken: false);

    /// <summary>Runs something unless a read is at work.</summary>
    /// <returns>Whether it ran.</returns>
    public bool TryRun(Action run)
    {
        lock (_gate)
        {
            if (!_isTaken)
            {
                run();
            }

            return !_isTaken;
        }
    }

    private void Set(bool isTaken)
    {
        lock (_gate)
        {
            _isTaken = isTaken;
        }
    }
}
