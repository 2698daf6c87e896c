namespace SocketConnector;

/// <summary>Bytes that a <see cref="Tap"/> sees. Pieces are as the relay moves them, and have no meaning to the peers.</summary>
public readonly ref struct TapChunk
{
    internal TapChunk(Side side, DateTimeOffset time, ReadOnlySpan<byte> bytes, long missed)
    {
        (Side, Time, Missed) = (side, time, missed);
        Bytes = bytes;
    }

    /// <summary>The side that the bytes come from.</summary>
    public Side Side { get; }

    /// <summary>When they passed, which may be some time ago.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>The bytes; never none.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>How many bytes of this side the tap missed directly before these.</summary>
    public long Missed { get; }
}
