namespace SocketConnector;

/// <summary>
/// Sees the bytes of one connection without changing them. Attach it with <see cref="JoinContext.Attach"/> or
/// <see cref="Connection.Attach"/>, only once; dispose what that returned to detach it. Called on the thread pool, in order, one call at a
/// time. Relaying never waits for a tap: beyond a queue of 1 MiB or 4 096 chunks it misses chunks, which are counted. A tap that throws is
/// detached and logged; the connection continues.
/// </summary>
/// <remarks>
/// After <see cref="IDisposable.Dispose"/> of what Attach returned, no call runs and none follows, not even <see cref="OnClosed"/>.
/// Dispose waits for a running call, unless it is called from within that call. Queued chunks are dropped.
/// </remarks>
public abstract class Tap
{
    private int _isAttached;

    /// <summary>Which bytes the tap sees. Read once, when it is attached.</summary>
    public virtual TapView View => TapView.Received;

    /// <summary>Called for each chunk of bytes of one side.</summary>
    /// <param name="chunk">Valid during the call alone.</param>
    public abstract void OnData(TapChunk chunk);

    /// <summary>
    /// Called after all chunks of a side, when it has ended its half in order or <see cref="Connection.EndAsync"/> was called. Not
    /// called for a side whose stream failed.
    /// </summary>
    /// <param name="side">The side whose bytes have ended.</param>
    public virtual void OnEnd(Side side)
    {
    }

    /// <summary>Called exactly once, as the last call, when the connection has ended or was not made after all; not if the tap was detached before.</summary>
    /// <param name="closed">How it ended, and what the tap has missed.</param>
    public virtual void OnClosed(TapClosed closed)
    {
    }

    internal bool TryAttach() => Interlocked.Exchange(ref _isAttached, 1) == 0;
}
