using System.Net.Sockets;
using SocketConnector.Loops;

namespace SocketConnector.Sockets;

/// <summary>A byte stream of one side, with its peer. Its one owner closes it, one way or the other.</summary>
internal sealed class PeerStream
{
    private readonly SideOptions? _options;
    private readonly PeerLeases _leases;
    private LeadingBytes? _leading;
    private bool _sendingEnded;
    private bool _isAwaited;

    public PeerStream(Side side, ByteStream stream, SideOptions? options, DateTimeOffset now)
    {
        Stream = stream;
        _options = options;
        Peer = new Peer(side, stream.Remote, stream.Local, now) { WasDialled = options is ConnectOptions };
        _leases = new PeerLeases();
        stream.CountByItself();
    }

    public ByteStream Stream { get; private set; }

    public Peer Peer { get; }

    public Side Side => Peer.Side;

    /// <summary>What transforms the bytes that come from here, unless the hook decides otherwise.</summary>
    public DataTransformer? Transformer => _options?.Transformer;

    /// <summary>How much its peer may send, in bytes for each second.</summary>
    public long? Bandwidth => _options?.Bandwidth;

    /// <summary>Whether bytes were read too early, which come before everything else.</summary>
    public bool HasLeading => _leading is not null;

    /// <summary>
    /// Whether it was dialled in advance. Once its peer has ended its half it is of no use, whatever bytes came before.
    /// </summary>
    public bool IsSpare { get; set; }

    /// <summary>Adds what was counted for it: given back when it is closed, on any path.</summary>
    public void Add(ILease lease) => _leases.Add(lease);

    /// <summary>It is joined: what is counted once for each connection stays counted.</summary>
    public void UseLeasesUp() => _leases.UseUp();

    /// <summary>Whether a descriptor is promised for its partner.</summary>
    public bool ExpectsPartner => _leases.IsExpecting;

    /// <summary>The descriptor that the caller was promised is for its partner, until <see cref="StopExpecting"/>.</summary>
    public void ExpectPartner() => _leases.ExpectPartner();

    /// <summary>Asks for that promise; its partner does without, if need be.</summary>
    public void TryExpectPartner()
    {
        if (DescriptorReserve.TryPromise())
        {
            ExpectPartner();
        }
    }

    /// <summary>The descriptor of its partner, which is given up next, is promised for another.</summary>
    public void ExpectAnother()
    {
        DescriptorReserve.Promise();
        ExpectPartner();
    }

    /// <summary>Its partner is there, or will bring a descriptor of its own.</summary>
    public void StopExpecting() => _leases.StopExpecting();

    /// <summary>
    /// Reads what has arrived, and never waits. A wait that finishes does not prove that there
    /// is something to read: it may have been woken for bytes that were taken already, and a read that waits then would hold its
    /// buffer all the while.
    /// </summary>
    /// <param name="room">Where to put it.</param>
    /// <param name="count">How many bytes; none at the end of the stream.</param>
    /// <returns>Whether there was something, or the end.</returns>
    /// <exception cref="SocketException">The socket has failed.</exception>
    public bool TryReceive(Span<byte> room, out int count)
    {
        if (_leading is not { } leading)
        {
            return TryReceive(room, peek: false, out count);
        }

        count = leading.Read(room);
        _leading = leading.Left.IsEmpty ? null : leading;
        return true;
    }

    /// <summary>Waits until a read is worth a try, and holds no buffer meanwhile. Not a byte is lost when it is cancelled; the result carries no meaning.</summary>
    /// <exception cref="SocketException">The socket has failed.</exception>
    public ValueTask<int> WaitReadableAsync(CancellationToken cancellationToken) => HasLeading ? default : Stream.WaitReadableAsync(cancellationToken);

    /// <summary>Puts back what was read and not consumed; it comes first again. Nothing may read meanwhile.</summary>
    public void Unread(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.IsEmpty)
        {
            _leading = new LeadingBytes([.. bytes, .. TakeLeading()]);
        }
    }

    /// <summary>The stream for what is to stand on it, such as a wrapper. It begins with what was put back.</summary>
    public InnerStream OpenInner() => new(Stream, TakeLeading().ToArray());

    /// <summary>
    /// Puts a wrapper in the stream's place, which stands on <see cref="OpenInner"/> and owns the stream: resetting it resets that at once,
    /// closing it closes both.
    /// </summary>
    public void Replace(ByteStream wrapper) => Stream = wrapper;

    /// <summary>Takes what was read too early, for a reader that bypasses this class from here on.</summary>
    public ReadOnlySpan<byte> TakeLeading()
    {
        LeadingBytes? leading = _leading;
        _leading = null;
        return leading is null ? [] : leading.Left;
    }

    /// <summary>One at a time waits for the bytes of a peer that the user has: a read, or the watch over it while another is dialled for it.</summary>
    /// <exception cref="InvalidOperationException">The other does.</exception>
    public void BeginAwaiting()
    {
        if (Interlocked.Exchange(ref _isAwaited, true))
        {
            throw new InvalidOperationException($"{Peer}: a read of its stream is under way, or a dial for it, which watches it until that has ended");
        }
    }

    public void EndAwaiting() => Volatile.Write(ref _isAwaited, false);

    /// <inheritdoc cref="ByteStream.EndSendingAsync"/>
    public ValueTask EndSendingAsync(CancellationToken cancellationToken)
    {
        Volatile.Write(ref _sendingEnded, true);
        return Stream.EndSendingAsync(cancellationToken);
    }

    /// <summary>How many bytes have arrived that were not read yet, with those that were read early.</summary>
    /// <exception cref="SocketException">The socket has failed.</exception>
    public int Available => (_leading?.Left.Length ?? 0) + Stream.Available;

    /// <summary>Whether the end of the stream comes next. Never waits.</summary>
    /// <exception cref="SocketException">The socket has failed.</exception>
    public bool IsAtEnd() => !HasLeading && TryLook(out bool hasEnded) && hasEnded;

    /// <summary>Closes in order: what was sent is still delivered, then the peer sees the end of the stream.</summary>
    public void Close()
    {
        Stream.Close();
        _leases.GiveBack();
    }

    /// <summary>Resets: the peer sees an error, never an end that looks complete. Ends every operation under way on the socket.</summary>
    public void Abort()
    {
        Stream.Reset();
        _leases.GiveBack();
    }

    /// <summary>How the peer's stream has ended as far as the system knows, which may be ahead of what was read.</summary>
    /// <returns>The error where it has failed; success where it has ended in order; nothing while it is open.</returns>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public SocketError? EndAhead()
    {
        Readiness now = Stream.Look();
        return EndOfStream.IsReset(now, Stream.IsTcp, Volatile.Read(ref _sendingEnded)) ? SocketError.ConnectionReset
            : (now & Readiness.Ended) != Readiness.None ? SocketError.Success
            : null;
    }

    /// <summary>Looks without taking anything, and without waiting.</summary>
    /// <returns>Whether there is something to read, or the end.</returns>
    public bool TryLook(out bool hasEnded)
    {
        Span<byte> one = stackalloc byte[1];
        bool isThere = TryReceive(one, peek: true, out int count);
        hasEnded = isThere && count == 0;
        return isThere;
    }

    private bool TryReceive(Span<byte> room, bool peek, out int count)
    {
        SocketError error = Stream.Receive(room, peek, out count);
        if (error == SocketError.Success && count == 0 && !Stream.ProvesItsEnd && WasReset())
        {
            error = SocketError.ConnectionReset;
        }

        return error switch
        {
            SocketError.Success => true,
            SocketError.WouldBlock => false,
            _ => throw new SocketException((int)error),
        };
    }

    // Looks first: ended sending hangs the socket up as well, and is noted before it is done.
    private bool WasReset() => EndAhead() == SocketError.ConnectionReset;
}
