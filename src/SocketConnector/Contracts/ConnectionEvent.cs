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
/// <param name="Id">The connection's id, which counts up from 1 within a connector; 0 for <see cref="ConnectionEventKind.Refused"/>.</param>
/// <param name="PeerA">The peer on side A, <see langword="null"/> where a refused peer had no partner there. What was delivered to it is its <see cref="Peer.BytesSent"/>.</param>
/// <param name="PeerB">The peer on side B, likewise.</param>
/// <param name="Closed">How it ended; <see langword="null"/> when it was joined. For a peer that was never joined the duration is zero.</param>
public readonly record struct ConnectionEvent(long Id, Peer? PeerA, Peer? PeerB, CloseInfo? Closed)
{
    /// <summary>What happened.</summary>
    public ConnectionEventKind Kind => Closed is null ? ConnectionEventKind.Joined : Id == 0 ? ConnectionEventKind.Refused : ConnectionEventKind.Closed;

    /// <summary>When, by the connector's clock.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>What lies behind the reason, in words for a person; <see langword="null"/> where there is nothing to add.</summary>
    public string? Detail { get; init; }
}
