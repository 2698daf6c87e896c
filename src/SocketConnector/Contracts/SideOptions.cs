namespace SocketConnector;

/// <summary>Options of one side, whether it listens or connects out.</summary>
public record SideOptions
{
    /// <summary>
    /// Authenticates each socket of this side before it may be joined; none by default. On a side that connects out it can
    /// speak first, and so prove its identity to the far end.
    /// </summary>
    public SocketAuthVerifier? AuthVerifier { get; init; }

    /// <summary>Transforms the bytes that come <em>from</em> this side; none by default. Called once for each connection.</summary>
    public DataTransformer? Transformer { get; init; }

    /// <summary>
    /// How long what is sent to a peer of this side may go unacknowledged before the system drops its connection
    /// (<see cref="CloseReason.PeerReset"/>): TCP_USER_TIMEOUT (tcp(7), RFC 5482), in whole milliseconds. <see langword="null"/>, the default,
    /// leaves what the system or the socket has. With keep-alive it also decides, in place of <see cref="KeepAliveOptions.Count"/>, how long
    /// probes may go unanswered. Linux and TCP only; ignored elsewhere.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1 ms, over 2 147 483 647 ms, or not whole milliseconds.</exception>
    public TimeSpan? UserTimeout { get; init => field = value is null ? null : Require.WholeMilliseconds(value.Value, nameof(UserTimeout)); }

    /// <summary>
    /// Bytes that each peer of this side may send in a second, once joined; <see langword="null"/>, the default, for no limit. It is
    /// slowed down through TCP. <see cref="ConnectorOptions.Bandwidth"/> limits all together; where both are set, both apply.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1 KiB or over 1 TiB.</exception>
    public long? Bandwidth { get; init => field = value is null ? null : Require.Bandwidth(value.Value, nameof(Bandwidth)); }
}
