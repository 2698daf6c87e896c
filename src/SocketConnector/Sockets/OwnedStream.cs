using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace SocketConnector.Sockets;

/// <summary>The bytes of a peer that the user owns. A read into an empty buffer waits until there are bytes to read, and holds no buffer.</summary>
/// <param name="peer">The peer's stream; what was put back on it is read first.</param>
/// <param name="owner">Disposed of with this: closes the peer in order.</param>
internal sealed class OwnedStream(PeerStream peer, Peer owner) : UnbufferedStream
{
    private volatile bool _isTaken;

    /// <summary>The user has it no longer.</summary>
    public void Take() => _isTaken = true;

    // Thousands wait here, each for its peer to say something.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            while (true)
            {
                ObjectDisposedException.ThrowIf(_isTaken, this);
                await peer.WaitReadableAsync(cancellationToken).ConfigureAwait(false);
                ObjectDisposedException.ThrowIf(_isTaken, this);
                if (buffer.IsEmpty)
                {
                    return 0;
                }

                if (peer.TryReceive(buffer.Span, out int count))
                {
                    return count;
                }
            }
        }
        catch (SocketException error)
        {
            throw new IOException(error.Message, error);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            while (!buffer.IsEmpty)
            {
                ObjectDisposedException.ThrowIf(_isTaken, this);
                buffer = buffer[await peer.Stream.SendAsync(buffer, cancellationToken).ConfigureAwait(false)..];
            }
        }
        catch (SocketException error)
        {
            throw new IOException(error.Message, error);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            owner.Close();
        }

        base.Dispose(disposing);
    }
}
