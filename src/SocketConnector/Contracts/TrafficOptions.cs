namespace SocketConnector;

/// <summary>Form and amount of what <see cref="ConnectorOptions.LogTraffic"/> logs: by default text, at most 1 024 bytes of each chunk.</summary>
public sealed record TrafficOptions
{
    /// <summary>The largest <see cref="Last"/>, which is memory for each direction.</summary>
    public const int MaxLast = 1024 * 1024;

    /// <summary>How bytes are shown; <see cref="TrafficForm.Text"/> by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such form.</exception>
    public TrafficForm Form { get; init => field = Require.Choice(value, nameof(Form)); }

    /// <summary>
    /// How many bytes of each direction of each connection are shown, from its first one on; <see langword="null"/>, the default, for all, or for none with
    /// <see cref="Last"/>. What follows costs nothing, unless there is a <see cref="Last"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1.</exception>
    public long? First { get; init => field = Require.AtLeastOne(value, nameof(First)); }

    /// <summary>
    /// How many of the last bytes of each direction are shown when it ends; <see langword="null"/>, the default, for none besides those that
    /// <see cref="First"/> shows. Kept in memory until then.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1 or over <see cref="MaxLast"/>.</exception>
    public int? Last { get; init => field = value is int last ? Require.InRange(last, 1, MaxLast, nameof(Last)) : null; }

    /// <summary>The side whose bytes are shown alone; <see langword="null"/>, the default, for both.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such side.</exception>
    public Side? Side { get; init => field = value is { } side ? Require.Known(side, nameof(Side)) : null; }

    /// <summary>
    /// Whether the traffic of a connection is shown; that of all is by default. Asked before any byte is relayed. It must not block; if it throws, that connection
    /// is not shown, and a warning says so.
    /// </summary>
    public Func<ConnectionFacts, bool>? Filter { get; init; }
}
