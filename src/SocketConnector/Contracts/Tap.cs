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

    /// <summary>
    /// A side has ended its half in order, or <see cref="Connection.EndAsync"/> has ended its bytes, behind everything shown of it. Not
    /// called for a side whose stream failed.
    /// </summary>
    /// <param name="side">The side whose bytes have ended.</param>
    public virtual void OnEnd(Side side)
    {
    }

    /// <summary>The connection has ended, or was not made after all. The last call, and exactly one, unless the tap was detached before.</summary>
    /// <param name="closed">How it ended, and what the tap has missed.</param>
    public virtual void OnClosed(TapClosed closed)
    {
    }

    internal bool TryAttach() => Interlocked.Exchange(ref _isAttached, 1) == 0;
}
