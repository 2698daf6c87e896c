namespace SocketConnector;

/// <summary>The sockets that were joined under one <see cref="Peer.Identity"/>.</summary>
public sealed record IdentityStats
{
    internal IdentityStats(string identity, long sockets, int activeSockets, DateTimeOffset lastConnectedAt, long bytesReceived, long bytesSent) =>
        (Identity, Sockets, ActiveSockets, LastConnectedAt, BytesReceived, BytesSent) = (identity, sockets, activeSockets, lastConnectedAt, bytesReceived, bytesSent);

    /// <summary>The identity.</summary>
    public string Identity { get; }

    /// <summary>How many there were since the identity was last new.</summary>
    public long Sockets { get; }

    /// <summary>How many of them are joined now.</summary>
    public int ActiveSockets { get; }

    /// <summary>When the last of them was accepted, connected or added.</summary>
    public DateTimeOffset LastConnectedAt { get; }

    /// <summary>Bytes that came from them and were delivered.</summary>
    public long BytesReceived { get; }

    /// <summary>Bytes that were delivered to them.</summary>
    public long BytesSent { get; }
}
