using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace SocketConnector.Rendezvous.AspNetCore;

/// <summary>Moves bytes from the stream to the application, no more than its pipe has room for.</summary>
/// <param name="source">Read.</param>
/// <param name="pipe">Written, and completed.</param>
internal sealed class Receiving(DuplexStream source, PipeWriter pipe)
{
    private const int MinRoom = 4096;

    private volatile bool _isCancelled;
    private bool _hasEnded;

    /// <returns>Why the stream has failed; nothing where it has ended, or nobody reads the pipe any more.</returns>
    public async Task<Exception?> RunAsync()
    {
        try
        {
            while (!_isCancelled)
            {
                if (source.SupportsZeroByteReads)
                {
                    // An idle connection holds no block.
                    _ = await source.Stream.ReadAsync(Memory<byte>.Empty).ConfigureAwait(false);
                }

                int count = await source.Stream.ReadAsync(pipe.GetMemory(MinRoom)).ConfigureAwait(false);
                if (count == 0)
                {
                    _hasEnded = true;
                    return null;
                }

                pipe.Advance(count);
                FlushResult flushed = await pipe.FlushAsync().ConfigureAwait(false);
                if (flushed.IsCompleted)
                {
                    return null;
                }
            }

            return new ConnectionAbortedException();
        }
        catch (Exception error)
        {
            return error;
        }
    }

    public ValueTask CompleteAsync(Exception? reason) => pipe.CompleteAsync(reason);

    /// <summary>Reads what nobody wants, until the stream ends or is disposed.</summary>
    public async Task DiscardAsync()
    {
        byte[] room = ArrayPool<byte>.Shared.Rent(MinRoom);
        try
        {
            while (!_hasEnded && !_isCancelled && await source.Stream.ReadAsync(room).ConfigureAwait(false) > 0)
            {
                // Not wanted.
            }
        }
        catch (Exception)
        {
            // Its failure means nothing to anybody any more.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(room);
        }
    }

    public void Cancel()
    {
        _isCancelled = true;
        pipe.CancelPendingFlush();
    }
}
