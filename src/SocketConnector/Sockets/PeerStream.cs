using System.Net.Sockets;
using SocketConnector.Loops;

namespace SocketConnector.Sockets;

/// <summary>A byte stream of one side, with its peer. Its one owner closes it, one way or the other.</summary>
internal sealed class PeerStream
{
    private const int ReadsPerTurn = 64;

    private static readonly TimeSpan _resetCheck = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _parting = TimeSpan.FromSeconds(1);
    private LeadingBytes? _leading;
    private bool _sendingEnded;
    private List<ILease>? _leases;
    private bool _isExpecting;
    private bool _isClosed;

    private readonly SideOptions? _options;

    public PeerStream(Side side, ByteStream stream, SideOptions? options, DateTimeOffset now)
    {
        Stream = stream;
        _options = options;
        Peer = new Peer(side, stream.Remote, stream.Local, now);
        DescriptorReserve.Take();
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
    public void Add(ILease lease) => (_leases ??= []).Add(lease);

    /// <summary>It is joined: what is counted once for each connection stays counted.</summary>
    public void UseLeasesUp() => _leases?.ForEach(static lease => lease.UseUp());

    /// <summary>A descriptor is put aside for its partner, until <see cref="StopExpecting"/>.</summary>
    public void ExpectPartner()
    {
        if (Interlocked.Exchange(ref _isExpecting, true) is false)
        {
            DescriptorReserve.Promise(1);
        }
    }

    /// <summary>Its partner is there, or will bring a descriptor of its own.</summary>
    public void StopExpecting()
    {
        if (Interlocked.Exchange(ref _isExpecting, false))
        {
            DescriptorReserve.Settle(1);
        }
    }

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

    /// <summary>Waits until a read is worth a try, and holds no buffer meanwhile. Not a byte is lost when it is cancelled; its number means nothing.</summary>
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

    /// <summary>The stream for what is to stand on it, such as TLS. It begins with what was put back.</summary>
    public InnerStream OpenInner() => new(Stream, TakeLeading().ToArray());

    /// <summary>The same, for TLS.</summary>
    public RecordStream OpenRecords() => new(Stream, TakeLeading().ToArray());

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
        GiveBack();
    }

    /// <summary>
    /// Closes in order although the peer may be sending still: ends the stream, then drops what comes until the peer ends its
    /// own, for a second at most. Closing over unread bytes would reset, and a reset may overtake what was sent before it.
    /// </summary>
    public async Task PartAsync(TimeProvider time, CancellationToken stopping)
    {
        try
        {
            using var patience = new CancellationTokenSource(_parting, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stopping);
            await EndSendingAsync(either.Token).ConfigureAwait(false);
            await DropUntilEndAsync(either.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (SocketFailure.Is(error) || error is OperationCanceledException)
        {
            // Gone, or it takes no end: closed all the same.
        }
        finally
        {
            Close();
        }
    }

    /// <summary>Drops what comes until the peer ends its half.</summary>
    /// <returns>Nothing where it has; how much came where it was given up.</returns>
    /// <exception cref="SocketException">The socket has failed.</exception>
    public async Task<long?> DropUntilEndAsync(CancellationToken giveUp)
    {
        byte[] dropped = new byte[4096];
        long came = 0;
        try
        {
            int count = 0;
            int reads = 0;
            do
            {
                came += count;

                // A peer that sends without a pause is never waited for.
                giveUp.ThrowIfCancellationRequested();
                if (++reads % ReadsPerTurn == 0)
                {
                    await Task.Yield();
                }

                await WaitReadableAsync(giveUp).ConfigureAwait(false);
            }
            while (!TryReceive(dropped, out count) || count > 0);
            return null;
        }
        catch (OperationCanceledException)
        {
            return came;
        }
    }

    /// <summary>Resets: the peer sees an error, never an end that looks complete. Ends every operation under way on the socket.</summary>
    public void Abort()
    {
        Stream.Reset();
        GiveBack();
    }

    /// <summary>Whether the peer has gone, as far as the system knows now: reset, or closed without a byte to relay.</summary>
    public bool HasLeft()
    {
        try
        {
            return Stream.HasFailed()
                || (IsSpare && Stream.HasPeerEnded())
                || (!HasLeading && TryLook(out bool hasEnded) && hasEnded);
        }
        catch (Exception)
        {
            // Closed, failed, or of no use in some other way.
            return true;
        }
    }

    /// <summary>Reads nothing. Finishes when the peer has gone while it waits for a partner.</summary>
    /// <exception cref="OperationCanceledException">The wait was given up; not a byte is lost.</exception>
    public async Task WaitUntilLeftAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            bool hasEnded;
            do
            {
                await Stream.WaitReadableAsync(cancellationToken).ConfigureAwait(false);
            }
            while (!TryLook(out hasEnded));
            if (!HasLeading && hasEnded)
            {
                return;
            }
        }
        catch (Exception error) when (SocketFailure.Is(error))
        {
            return;
        }

        // There is something to relay, so the peer may have ended its half and stays. From now on the socket is always
        // readable, and no event tells of a reset: look from time to time.
        while (!HasLeft())
        {
            await Task.Delay(_resetCheck, time, cancellationToken).ConfigureAwait(false);
        }
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
    private bool TryLook(out bool hasEnded)
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

    private void GiveBack()
    {
        if (!Interlocked.Exchange(ref _isClosed, true))
        {
            DescriptorReserve.GiveBack();
            _leases?.ForEach(static lease => lease.GiveBack());
            StopExpecting();
        }
    }
}
