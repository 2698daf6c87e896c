using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace SocketConnector.Sockets;

/// <summary>The bytes of a peer that the user owns. A read into an empty buffer waits until there are bytes to read, and holds no buffer.</summary>
/// <param name="peer">The peer's stream; what was put back on it is read first.</param>
/// <param name="owner">Disposed of with this: closes the peer in order.</param>
internal sealed class OwnedStream(PeerStream peer, Peer owner) : UnbufferedStream
{
    // For a wait that ends early by a token alone.
    private CancellationTokenSource? _ending;
    private bool _isTaken;

    /// <summary>The user has it no longer. A read that is under way fails, and nothing is read for it any more.</summary>
    public void Take()
    {
        CancellationTokenSource? ending;
        lock (peer)
        {
            (_isTaken, ending) = (true, _ending);
        }

        peer.Stream.EndWait();
        ending?.Cancel();
    }

    // Thousands wait here, each for its peer to say something.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        peer.BeginAwaiting();
        try
        {
            while (true)
            {
                await BeginWaitAsync(cancellationToken).ConfigureAwait(false);
                if (TryRead(buffer.Span, out int count))
                {
                    return count;
                }
            }
        }
        catch (SocketException error)
        {
            throw new IOException(error.Message, error);
        }
        finally
        {
            peer.EndAwaiting();
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            while (!buffer.IsEmpty)
            {
                ObjectDisposedException.ThrowIf(Volatile.Read(ref _isTaken), this);
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

    /// <summary>Under the lock, so that <see cref="Take"/> comes before it, or finds it under way.</summary>
    private ValueTask<int> BeginWaitAsync(CancellationToken cancellationToken)
    {
        lock (peer)
        {
            ObjectDisposedException.ThrowIf(_isTaken, this);
            return peer.Stream.CanEndWait ? peer.WaitReadableAsync(cancellationToken) : WaitEndablyAsync(_ending ??= new CancellationTokenSource(), cancellationToken);
        }
    }

    private async ValueTask<int> WaitEndablyAsync(CancellationTokenSource ending, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ending.Token, cancellationToken);
        try
        {
            return await peer.WaitReadableAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Taken, as whoever waited is told next.
            return 0;
        }
        catch (OperationCanceledException)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    /// <summary>Under the lock, so that nothing is read for one who has it no longer.</summary>
    private bool TryRead(Span<byte> room, out int count)
    {
        lock (peer)
        {
            ObjectDisposedException.ThrowIf(_isTaken, this);
            if (!room.IsEmpty)
            {
                return peer.TryReceive(room, out count);
            }

            count = 0;
            return true;
        }
    }
}
