namespace SocketConnector;

/// <summary>What a <see cref="ConnectionEvent"/> reports. Later versions may add kinds; ignore those that you do not know.</summary>
public enum ConnectionEventKind
{
    /// <summary>Two peers were joined. The event may come after their first bytes have been relayed.</summary>
    Joined = 0,

    /// <summary>A connection has ended.</summary>
    Closed = 1,

    /// <summary>
    /// A peer, or two peers meant for each other, were closed without having been joined: authentication or a dial failed, a peer left,
    /// or the connector stopped.
    /// </summary>
    Refused = 2,

    /// <summary>
    /// A peer was admitted and has to wait for its partner. Precedes <see cref="Joined"/> or <see cref="Refused"/> of that peer. Not raised
    /// if the partner is there already, or is connected to within a few milliseconds.
    /// </summary>
    Pending = 3,
}

/// <summary>Reports that a peer waits, that a connection was joined or has ended, or that a peer was closed without having been joined; see <see cref="ConnectorOptions.Events"/>.</summary>
public sealed record ConnectionEvent
{
    internal ConnectionEvent(ConnectionEventKind kind, long? connectionId, Peer? peerA, Peer? peerB, CloseInfo? closed = null) =>
        (Kind, ConnectionId, PeerA, PeerB, Closed) = (kind, connectionId, peerA, peerB, closed);

    /// <summary>What happened.</summary>
    public ConnectionEventKind Kind { get; }

    /// <summary>The <see cref="Connection.Id"/>; <see langword="null"/> where there is no connection (<see cref="ConnectionEventKind.Pending"/>, <see cref="ConnectionEventKind.Refused"/>).</summary>
    public long? ConnectionId { get; }

    /// <summary>The peer on side A, <see langword="null"/> where there was none yet. The same object in every event of that peer. What was delivered to it is its <see cref="Peer.BytesSent"/>.</summary>
    public Peer? PeerA { get; }

    /// <summary>The peer on side B, likewise.</summary>
    public Peer? PeerB { get; }

    /// <summary>How it ended; <see langword="null"/> for what has not ended.</summary>
    public CloseInfo? Closed { get; }

    /// <summary>When it happened, by the connector's clock.</summary>
    public DateTimeOffset Time { get; internal init; }

    /// <summary>Human-readable detail of the reason, in one line, with what could break it escaped; <see langword="null"/> if there is none.</summary>
    public string? Detail { get; internal init; }
}
