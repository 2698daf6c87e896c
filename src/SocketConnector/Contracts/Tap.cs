namespace SocketConnector;

/// <summary>
/// Sees the bytes of one connection without changing them. Attach it with <see cref="JoinContext.Attach"/>,
/// <see cref="Connection.Attach"/> or <see cref="ConnectorOptions.NewTap"/>, only once; dispose what the first two return to detach it. Called on the thread pool, in order, one call at a
/// time. Relaying never waits for a tap: beyond a queue of 1 MiB or 4 096 chunks it misses chunks, which are counted. A tap that throws is
/// detached and logged; the connection continues.
/// </summary>
/// <remarks>
/// After <see cref="IDisposable.Dispose"/> of what Attach returned, no call runs and none follows, not even <see cref="OnClosed"/>.
/// Dispose waits for a running call, unless it is called from within that call. Queued chunks are dropped.
/// </remarks>
public abstract class Tap
{
    private static readonly Nowhere _gone = new();

    private ITapAttachment? _attached;

    /// <summary>Which bytes the tap sees. Read once, when it is attached.</summary>
    public virtual TapView View => TapView.Received;

    /// <summary>
    /// Whether the tap sees besides what passes over the wire between each peer over TLS and this program: its records, still encrypted. Read once,
    /// when it is attached. The handshake is among them where <see cref="ConnectorOptions.KeepHandshakes"/> is on.
    /// </summary>
    public virtual bool SeesWire => false;

    /// <summary>Called for each chunk of bytes of one side.</summary>
    /// <param name="chunk">Valid during the call alone.</param>
    public abstract void OnData(TapChunk chunk);

    /// <summary>
    /// Called after all chunks of a side, when it has ended its half in order or <see cref="Connection.EndAsync"/> was called. Not
    /// called for a side whose stream failed.
    /// </summary>
    /// <param name="ended">The side, and when its bytes ended.</param>
    public virtual void OnEnd(TapEnd ended)
    {
    }

    /// <summary>Called for each chunk that passes over the wire of a peer over TLS, if <see cref="SeesWire"/>. It has a queue of its own size.</summary>
    /// <param name="peer">The side of that peer.</param>
    /// <param name="chunk">Valid during the call alone. Its side is <paramref name="peer"/> where the peer sent it, and the other where this program did.</param>
    public virtual void OnWireData(Side peer, TapChunk chunk)
    {
    }

    /// <summary>Called when one of them has ended its half of that wire; not where both are closed before.</summary>
    /// <param name="peer">The side of the peer.</param>
    /// <param name="ended">Its side is <paramref name="peer"/> where the peer ended its half, and the other where this program did.</param>
    public virtual void OnWireEnd(Side peer, TapEnd ended)
    {
    }

    /// <summary>Called exactly once, as the last call, when the connection has ended or was not made after all; not if the tap was detached before.</summary>
    /// <param name="closed">How it ended, and what the tap has missed.</param>
    public virtual void OnClosed(TapClosed closed)
    {
    }

    /// <summary>
    /// Detaches it, from whichever connection it is attached to: as disposing what its attaching returned does. One that is attached nowhere yet will never be called.
    /// </summary>
    public void Detach() => Interlocked.Exchange(ref _attached, _gone)?.Dispose();

    /// <summary>
    /// Adds bytes that this tap received but dropped, because its own output was behind, to the metric <c>socketconnector.capture.dropped</c>.
    /// <see cref="TapClosed.Missed"/> does not include them.
    /// </summary>
    /// <param name="bytes">How many; none are counted where it is not attached.</param>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    protected void ReportDropped(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        Volatile.Read(ref _attached)?.ReportMissed(bytes);
    }

    /// <summary>Whether it is to see more of a side. What it is not to see is not copied for it, costs the engine nothing, and is not missed.</summary>
    internal virtual bool Sees(Side from) => true;

    /// <summary>The next bytes of a side, on the thread that relays them: it must be quick. One call at a time.</summary>
    /// <returns>How many of them it is to be called for, from the first on.</returns>
    internal virtual int Take(Side from, ReadOnlySpan<byte> bytes) => bytes.Length;

    /// <summary>Notes what detaches it.</summary>
    /// <returns>Whether it is to be called; not if it was detached before.</returns>
    /// <exception cref="InvalidOperationException">It was attached before.</exception>
    internal bool TryAttach(ITapAttachment attached) => Interlocked.CompareExchange(ref _attached, attached, null) switch
    {
        null => true,
        Nowhere => false,
        _ => throw new InvalidOperationException("a tap is attached once in its life, and this one was"),
    };

    private sealed class Nowhere : ITapAttachment
    {
        public void ReportMissed(long bytes)
        {
            // Of a connection that it does not see.
        }

        public void Dispose()
        {
            // Detached already.
        }
    }
}
