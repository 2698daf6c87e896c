namespace SocketConnector;

/// <summary>What a <see cref="ConnectionEvent"/> tells. Others may follow; leave out what you do not know.</summary>
public enum ConnectionEventKind
{
    /// <summary>Two peers were joined. The event may come after their first bytes have been relayed.</summary>
    Joined = 0,

    /// <summary>A connection has ended.</summary>
    Closed = 1,

    /// <summary>
    /// A peer was closed that was never joined, or two that were meant for each other: the authentication or the dial of one failed, or
    /// one left, or the connector stopped.
    /// </summary>
    Refused = 2,

    /// <summary>
    /// A peer was admitted and has no partner yet. Comes before <see cref="Joined"/> or <see cref="Refused"/> of that peer, and only
    /// where it has to wait: not where its partner is there already, or is connected to within a few milliseconds.
    /// </summary>
    Pending = 3,
}

/// <summary>A connection was joined or has ended, a peer waits, or was closed without having been joined; see <see cref="ConnectorOptions.Events"/>.</summary>
public sealed record ConnectionEvent
{
    internal ConnectionEvent(ConnectionEventKind kind, long id, Peer? peerA, Peer? peerB, CloseInfo? closed = null) =>
        (Kind, Id, PeerA, PeerB, Closed) = (kind, id, peerA, peerB, closed);

    /// <summary>What happened.</summary>
    public ConnectionEventKind Kind { get; }

    /// <summary>The connection's id, which is unique in this process; 0 where there is none yet (<see cref="ConnectionEventKind.Pending"/>, <see cref="ConnectionEventKind.Refused"/>).</summary>
    public long Id { get; }

    /// <summary>The peer on side A, <see langword="null"/> where there was none yet. The same object in every event of that peer. What was delivered to it is its <see cref="Peer.BytesSent"/>.</summary>
    public Peer? PeerA { get; }

    /// <summary>The peer on side B, likewise.</summary>
    public Peer? PeerB { get; }

    /// <summary>How it ended; <see langword="null"/> for what has not ended.</summary>
    public CloseInfo? Closed { get; }

    /// <summary>When, by the connector's clock.</summary>
    public DateTimeOffset Time { get; internal init; }

    /// <summary>What lies behind the reason, in words for a person; <see langword="null"/> where there is nothing to add.</summary>
    public string? Detail { get; internal init; }
}
