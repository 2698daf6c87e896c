namespace SocketConnector;

/// <summary>A peer that is connected and not admitted yet.</summary>
public sealed class AdmittingPeer
{
    internal AdmittingPeer(Peer peer, string stage) => (Peer, Stage) = (peer, stage);

    /// <summary>The peer. <see cref="Peer.ConnectedAt"/> says since when.</summary>
    public Peer Peer { get; }

    /// <summary>What it is going through, such as <c>tls</c>; empty before its first stage.</summary>
    public string Stage { get; }
}
