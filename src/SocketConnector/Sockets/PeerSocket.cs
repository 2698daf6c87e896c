using System.IO.Pipelines;
using System.Net.Sockets;
using SocketConnector.Loops;

namespace SocketConnector.Sockets;

/// <summary>A socket of one side, with what is known of its peer. Whoever holds it closes it, one way or the other.</summary>
internal sealed class PeerSocket
{
    private static readonly TimeSpan _resetCheck = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _parting = TimeSpan.FromSeconds(1);
    private bool _sendingEnded;
    private int _isClosed;

    public PeerSocket(Side side, StreamSocket socket, DataTransformer? transformer, DateTimeOffset now)
    {
        Socket = socket;
        Transformer = transformer;
        Peer = new Peer(side, socket.Remote, socket.Local, now);
        DescriptorReserve.Take();
    }

    public StreamSocket Socket { get; }

    public Peer Peer { get; }

    public Side Side => Peer.Side;

    /// <summary>What transforms the bytes that come from here, unless the hook decides otherwise.</summary>
    public DataTransformer? Transformer { get; }

    /// <summary>Bytes that were read behind the authentication, to be relayed before anything else.</summary>
    public PipeReader? Early { get; set; }

    /// <summary>
    /// Whether it was dialled in advance. Nobody asked for what it sent so far, so it is of no use once it has ended its half, whatever
    /// came before.
    /// </summary>
    public bool IsSpare { get; set; }

    /// <summary>Its place under its side's accept limit, if there is one. Given back with the socket, unless it was joined.</summary>
    public AcceptPlace? Place { get; set; }

    /// <summary>
    /// Reads what has arrived, and never waits. A wait that finishes does not prove that there
    /// is something to read: it may have been woken for bytes that were taken already, and a read that waits then would hold its
    /// buffer all the while.
    /// </summary>
    /// <param name="room">Where to put it.</param>
    /// <param name="count">How many bytes; none at the end of the stream.</param>
    /// <returns>Whether there was something, or the end.</returns>
    /// <exception cref="SocketException">The socket has failed.</exception>
    public bool TryReceive(Span<byte> room, out int count) => TryReceive(room, peek: false, out count);

    /// <summary>Ends the stream towards the peer, behind everything sent; shutdown(2), SHUT_WR.</summary>
    /// <exception cref="SocketException">The socket has failed.</exception>
    public void EndSending()
    {
        Volatile.Write(ref _sendingEnded, true);
        if (Socket.EndSending() is not SocketError.Success and SocketError error)
        {
            throw new SocketException((int)error);
        }
    }

    /// <summary>Closes in order: what was sent is still delivered, then the peer sees the end of the stream.</summary>
    public void Close()
    {
        Early?.Complete();
        Socket.Close();
        GiveBack();
    }

    /// <summary>
    /// Closes in order although the peer may be sending still: ends the stream, then drops what comes until the peer ends its
    /// own, for a second at most. Closing over unread bytes would reset, and a reset may overtake what was sent before it.
    /// </summary>
    public async Task PartAsync(TimeProvider time, CancellationToken stopping)
    {
        byte[] dropped = new byte[4096];
        try
        {
            EndSending();
            using var patience = new CancellationTokenSource(_parting, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stopping);
            int count;
            do
            {
                await Socket.WaitReadableAsync(either.Token).ConfigureAwait(false);
            }
            while (!TryReceive(dropped, out count) || count > 0);
        }
        catch (Exception error) when (SocketFailure.Is(error) || error is OperationCanceledException)
        {
            // Gone, or it will not end: closed all the same.
        }
        finally
        {
            Close();
        }
    }

    /// <summary>Resets: the peer sees an error, never an end that looks complete. Ends every operation under way on the socket.</summary>
    public void Abort()
    {
        Socket.Reset();
        GiveBack();
    }

    /// <summary>
    /// Resets a socket that was never joined, and gives back the memory of its early bytes. Of one that was joined they belong to
    /// its pump, which may be sending from that memory; <see cref="Close"/> gives them back when the pump has ended.
    /// </summary>
    public void Discard()
    {
        Abort();
        Early?.Complete();
    }

    /// <summary>Whether the peer has gone, as far as the system knows now: reset, or closed without a byte to relay.</summary>
    public bool HasLeft()
    {
        try
        {
            return Socket.HasFailed()
                || (IsSpare && Socket.HasPeerEnded())
                || (Early is null && TryLook(out bool hasEnded) && hasEnded);
        }
        catch (Exception error) when (SocketFailure.Is(error))
        {
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
                await Socket.WaitReadableAsync(cancellationToken).ConfigureAwait(false);
            }
            while (!TryLook(out hasEnded));
            if (Early is null && hasEnded)
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
        Readiness now = Socket.Look();
        return EndOfStream.IsReset(now, Socket.IsTcp, Volatile.Read(ref _sendingEnded)) ? SocketError.ConnectionReset
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
        SocketError error = Socket.Receive(room, peek, out count);
        if (error == SocketError.Success && count == 0 && WasReset())
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
        if (Interlocked.Exchange(ref _isClosed, 1) == 0)
        {
            DescriptorReserve.GiveBack();
            Place?.GiveBack();
        }
    }
}
