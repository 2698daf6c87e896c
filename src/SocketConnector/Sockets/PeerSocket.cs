using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;

namespace SocketConnector.Sockets;

/// <summary>A socket of one side, with what is known of its peer. Whoever holds it closes it, one way or the other.</summary>
internal sealed class PeerSocket
{
    private static readonly TimeSpan _resetCheck = TimeSpan.FromSeconds(1);

    public PeerSocket(Side side, Socket socket, DataTransformer? transformer, DateTimeOffset now)
    {
        Socket = socket;
        Transformer = transformer;
        Peer = new Peer(side, EndPointOf(socket, remote: true), EndPointOf(socket, remote: false), now);
    }

    public Socket Socket { get; }

    public Peer Peer { get; }

    public Side Side => Peer.Side;

    /// <summary>What transforms the bytes that come from here, unless the hook decides otherwise.</summary>
    public DataTransformer? Transformer { get; }

    /// <summary>Bytes that were read behind the authentication, to be relayed before anything else.</summary>
    public PipeReader? Early { get; set; }

    /// <summary>
    /// Reads what has arrived, and never waits, once the connection has made the socket non-blocking. A wait that finishes does
    /// not prove that there is something to read: it may have been woken for bytes that were taken already, and a read that
    /// waits then would hold its buffer all the while.
    /// </summary>
    /// <param name="room">Where to put it.</param>
    /// <param name="count">How many bytes; none at the end of the stream.</param>
    /// <returns>Whether there was something, or the end.</returns>
    /// <exception cref="SocketException">The socket has failed.</exception>
    public bool TryReceive(Span<byte> room, out int count)
    {
        count = Socket.Receive(room, SocketFlags.None, out SocketError error);
        return error switch
        {
            SocketError.Success => true,
            SocketError.WouldBlock => false,
            _ => throw new SocketException((int)error),
        };
    }

    /// <summary>Closes in order: what was sent is still delivered, then the peer sees the end of the stream.</summary>
    public void Close()
    {
        Early?.Complete();
        Socket.Dispose();
    }

    /// <summary>Resets: the peer sees an error, never an end that looks complete. Ends every operation under way on the socket.</summary>
    public void Abort()
    {
        // A timeout of zero sets SO_LINGER to zero, which makes close(2) send a RST.
        Socket.Close(timeout: 0);
    }

    /// <summary>Whether the peer has gone, as far as the system knows now: reset, or closed without a byte to relay.</summary>
    public bool HasLeft()
    {
        try
        {
            return Socket.Poll(0, SelectMode.SelectError)
                || (Early is null && Socket.Poll(0, SelectMode.SelectRead) && Socket.Available == 0);
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
            await Socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, cancellationToken).ConfigureAwait(false);
            if (Early is null && Socket.Available == 0)
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
        using var timer = new PeriodicTimer(_resetCheck, time);
        while (!HasLeft())
        {
            await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static EndPoint? EndPointOf(Socket socket, bool remote)
    {
        try
        {
            return remote ? socket.RemoteEndPoint : socket.LocalEndPoint;
        }
        catch (Exception error) when (SocketFailure.Is(error))
        {
            // A peer that reset at once; its end point is gone with it.
            return null;
        }
    }
}
