using SocketConnector.Rendezvous.Sessions;

namespace SocketConnector.Rendezvous.Ends;

/// <summary>One place of a pool: a connection at a time that waits at the relay.</summary>
/// <param name="isSurplus">Whether it came under load, and goes when it is not needed any more.</param>
internal sealed class PoolPlace(bool isSurplus)
{
    public bool IsSurplus => isSurplus;

    public EndBackoff Backoff { get; } = new(Random.Shared);
}
