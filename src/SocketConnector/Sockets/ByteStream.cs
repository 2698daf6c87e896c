using System.Net.Sockets;
using SocketConnector.Loops;

namespace SocketConnector.Sockets;

/// <summary>
/// A connected byte stream that never blocks: the runtime's socket on every system (<see cref="RuntimeSocket"/>), a bare descriptor of
/// Linux (<see cref="DescriptorSocket"/>), or a user's stream (<see cref="WrappedStream"/>). Used from several threads at once; closing
/// it ends whatever waits on it.
/// </summary>
internal abstract class ByteStream
{
    /// <summary>Its descriptor, where an event loop may have it for itself; otherwise -1.</summary>
    public virtual int Descriptor => -1;

    /// <summary>Whether it is TCP: a Unix socket ends and stops short in ways of its own.</summary>
    public abstract bool IsTcp { get; }

    public abstract CompactEndPoint Remote { get; }

    public abstract CompactEndPoint Local { get; }

    /// <summary>Its descriptor, if it has one that was opened on a promise, counts by itself from here on; the promise may be settled.</summary>
    public virtual void CountByItself()
    {
    }

    /// <summary>Sets what every socket gets before anything else happens on it.</summary>
    /// <exception cref="SocketException">The socket has failed already.</exception>
    public abstract void Configure(KeepAliveOptions? keepAlive, TimeSpan? userTimeout);

    /// <summary>
    /// Whether reading has come to an urgent mark. <see cref="Available"/> counts no further than to it; a read goes on behind it
    /// (tcp(7), SIOCATMARK).
    /// </summary>
    /// <exception cref="SocketException">The socket has failed.</exception>
    public virtual bool IsAtMark => false;

    /// <summary>Whether closing it is enough to end the stream in order, behind everything sent.</summary>
    public virtual bool EndsByClosing => false;

    /// <summary>Whether an end that was read is one for certain: no reset looks like it.</summary>
    public virtual bool ProvesItsEnd => false;

    /// <summary>How many bytes have arrived that were not read yet; somewhat more of a stream that cannot count them before it reads them.</summary>
    /// <exception cref="SocketException">The socket has failed.</exception>
    public abstract int Available { get; }

    /// <summary>
    /// Whether bytes are on their way to the peer that it has not acknowledged, once the end was sent behind them; nothing where the
    /// system does not tell. Of a stream that is not TCP none ever are: the peer has what was written, whatever happens here.
    /// </summary>
    public virtual bool? HoldsTail => false;

    /// <summary>How many bytes, and the end as one more, are on their way to the peer that it has not acknowledged; none where the system does not tell.</summary>
    public virtual int Unacknowledged => 0;

    /// <summary>Waits until a read can find all that has arrived by now, where that takes a moment.</summary>
    /// <exception cref="SocketException">The socket has failed.</exception>
    public virtual ValueTask SettleAsync() => ValueTask.CompletedTask;

    /// <summary>Reads what is there, and never waits.</summary>
    public abstract SocketError Receive(Span<byte> room, bool peek, out int count);

    /// <summary>Writes what there is room for, and never waits.</summary>
    public abstract SocketError Send(ReadOnlySpan<byte> chunk, out int count);

    /// <summary>Waits until a read is worth a try, and holds no buffer meanwhile. Not a byte is lost when it is cancelled; the result carries no meaning.</summary>
    /// <exception cref="SocketException">The socket has failed.</exception>
    public abstract ValueTask<int> WaitReadableAsync(CancellationToken cancellationToken);

    /// <summary>Whether <see cref="EndWait"/> ends a wait; otherwise its token alone does.</summary>
    public virtual bool CanEndWait => false;

    /// <summary>Has <see cref="WaitReadableAsync"/> return now, if one is under way.</summary>
    public virtual void EndWait()
    {
    }

    /// <summary>Writes at least a byte, as soon as there is room.</summary>
    /// <exception cref="SocketException">The socket has failed.</exception>
    public abstract ValueTask<int> SendAsync(ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken);

    /// <summary>
    /// Ends the stream towards the peer, behind everything sent: shutdown(2), SHUT_WR, which never waits, or what a user's stream
    /// has in its place.
    /// </summary>
    /// <exception cref="SocketException">The socket has failed.</exception>
    public abstract ValueTask EndSendingAsync(CancellationToken cancellationToken);

    /// <summary>
    /// What the system knows of it now, without reading: room, an error, and on Linux the peer's end even behind bytes that were
    /// not read yet. Consumes nothing.
    /// </summary>
    public abstract Readiness Look();

    /// <summary>Whether the system holds an error against it.</summary>
    public bool HasFailed() => (Look() & Readiness.Error) != Readiness.None;

    /// <summary>Whether the peer has ended its half, even behind bytes that were not read yet. Never, where the system does not tell.</summary>
    public bool HasPeerEnded() => (Look() & Readiness.Ended) != Readiness.None;

    /// <summary>struct tcp_info of linux/tcp.h.</summary>
    /// <returns>How many bytes of it there are; none where the system does not tell.</returns>
    public abstract int ReadTcpInfo(Span<byte> info);

    /// <summary>What the system tells of a TCP socket; nothing of another stream.</summary>
    /// <exception cref="SocketException">The socket has failed.</exception>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public virtual TcpInfo? GetTcpInfo()
    {
        Span<byte> info = stackalloc byte[256];
        return ReadTcpInfo(info) is > 0 and int size ? TcpInfo.Of(info[..size], Unacknowledged, Available) : null;
    }

    /// <summary>
    /// It is joined: what passes below TLS is shown from here on, and before that what was kept; with no sink, what was kept is let go.
    /// Does nothing for a stream without TLS.
    /// </summary>
    public virtual void ShowWire(IWireSink? sink)
    {
    }

    /// <summary>Closes in order: what was sent is still delivered.</summary>
    public abstract void Close();

    /// <summary>Closes with a reset, which the peer cannot take for an end.</summary>
    public abstract void Reset();
}
