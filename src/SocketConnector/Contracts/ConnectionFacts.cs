namespace SocketConnector;

/// <summary>What is known of a connection when it has been joined and nothing is relayed yet.</summary>
public sealed class ConnectionFacts
{
    internal ConnectionFacts(long id, Peer peerA, Peer peerB, DateTimeOffset joinedAt) =>
        (Id, PeerA, PeerB, JoinedAt) = (id, peerA, peerB, joinedAt);

    /// <summary>Unique in this process, counted up from 1. Logs and events name the connection by it.</summary>
    public long Id { get; }

    /// <summary>The peer on side A.</summary>
    public Peer PeerA { get; }

    /// <summary>The peer on side B.</summary>
    public Peer PeerB { get; }

    /// <summary>When the two were joined.</summary>
    public DateTimeOffset JoinedAt { get; }
}
