namespace SocketConnector;

/// <summary>
/// Sees the bytes of one connection and changes none. Attached by <see cref="JoinContext.Attach"/> or <see cref="Connection.Attach"/>,
/// once in its life, and detached by disposing what that returned. Called on the thread pool, in order, one call at a time, and never
/// waited for: of what it is too slow for, more than 1 MiB or 4 096 chunks, it misses chunks, which are counted. One that throws is
/// detached and logged; the connection goes on.
/// </summary>
/// <remarks>
/// Once <see cref="IDisposable.Dispose"/> of what Attach returned has returned, no call runs and none follows, not even
/// <see cref="OnClosed"/>: it waits for the call that runs, unless that very call disposes. What was queued is dropped.
/// </remarks>
public abstract class Tap
{
    private int _isAttached;

    /// <summary>What it sees. Read once, when it is attached.</summary>
    public virtual TapView View => TapView.Received;

    /// <summary>Some bytes of one side.</summary>
    /// <param name="chunk">Valid during the call alone.</param>
    public abstract void OnData(TapChunk chunk);

    /// <summary>A side has ended its half in order, behind everything shown of it. Not called for a side whose stream failed.</summary>
    /// <param name="side">The side whose bytes have ended.</param>
    public virtual void OnEnd(Side side)
    {
    }

    /// <summary>The connection has ended, or was not made after all. The last call, and exactly one, unless the tap was detached before.</summary>
    /// <param name="info">Why.</param>
    /// <param name="missed">How many bytes the tap did not see, of those that passed while it was attached.</param>
    public virtual void OnClosed(CloseInfo info, long missed)
    {
    }

    internal bool TryAttach() => Interlocked.Exchange(ref _isAttached, 1) == 0;
}

/// <summary>Where on their way a <see cref="Tap"/> sees the bytes. Both are the same where nothing transforms them.</summary>
public enum TapView
{
    /// <summary>As they came from the side, before its transformer.</summary>
    Received = 0,

    /// <summary>As they are handed to the other side, behind the transformer.</summary>
    Relayed,
}

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

/// <summary>The taps of one connection, as the hook sees them.</summary>
internal interface ITapSet
{
    IDisposable Attach(Tap tap);

    /// <summary>Calls <see cref="Tap.OnClosed"/> of each, and of any that is attached later. Only the first call counts.</summary>
    void Close(CloseInfo info);
}
