namespace SocketConnector.Rendezvous.Relay;

/// <summary>Two ends that are to be joined, once each has been sent all that it was told.</summary>
/// <param name="connecting">The one that connects.</param>
/// <param name="listening">The one that listens.</param>
internal sealed class Pairing(RelayedEnd connecting, RelayedEnd listening)
{
    private int _come;

    public RelayedEnd Connecting => connecting;

    public RelayedEnd Listening => listening;

    /// <summary>One of them is ready.</summary>
    /// <returns>Whether the other one is as well.</returns>
    public bool Come() => Interlocked.Increment(ref _come) == 2;
}
