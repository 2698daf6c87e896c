namespace SocketConnector;

/// <summary>The end of what one side has to say, as a <see cref="Tap"/> sees it.</summary>
public readonly struct TapEnd
{
    internal TapEnd(Side side, DateTimeOffset time, long missed) => (Side, Time, Missed) = (side, time, missed);

    /// <summary>The side whose bytes have ended.</summary>
    public Side Side { get; }

    /// <summary>When they ended, which may be some time ago.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>How many bytes of this side the tap missed directly before its end.</summary>
    public long Missed { get; }
}
