namespace SocketConnector;

/// <summary>What a <see cref="ConnectionEvent"/> tells.</summary>
public enum ConnectionEventKind
{
    /// <summary>Two peers were joined. The event may come after their first bytes have been relayed.</summary>
    Joined = 0,

    /// <summary>A connection has ended.</summary>
    Closed,

    /// <summary>A peer was closed that was never joined: its authentication or the dial for it failed, or it left, or the connector stopped.</summary>
    Refused,
}

/// <summary>A connection was joined or has ended, or a peer was closed that was never joined; see <see cref="ConnectorOptions.Events"/>.</summary>
public sealed record ConnectionEvent
{
    internal ConnectionEvent(ConnectionEventKind kind, long id, Peer? peerA, Peer? peerB, CloseInfo? closed = null) =>
        (Kind, Id, PeerA, PeerB, Closed) = (kind, id, peerA, peerB, closed);

    /// <summary>What happened.</summary>
    public ConnectionEventKind Kind { get; }

    /// <summary>The connection's id, which is unique in this process; 0 for <see cref="ConnectionEventKind.Refused"/>.</summary>
    public long Id { get; }

    /// <summary>The peer on side A, <see langword="null"/> where a refused peer had no partner there. What was delivered to it is its <see cref="Peer.BytesSent"/>.</summary>
    public Peer? PeerA { get; }

    /// <summary>The peer on side B, likewise.</summary>
    public Peer? PeerB { get; }

    /// <summary>How it ended; <see langword="null"/> for <see cref="ConnectionEventKind.Joined"/>.</summary>
    public CloseInfo? Closed { get; }

    /// <summary>When, by the connector's clock.</summary>
    public DateTimeOffset Time { get; internal init; }

    /// <summary>What lies behind the reason, in words for a person; <see langword="null"/> where there is nothing to add.</summary>
    public string? Detail { get; internal init; }
}
