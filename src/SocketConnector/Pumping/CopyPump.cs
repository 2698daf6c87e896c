using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using SocketConnector.Sockets;

namespace SocketConnector.Pumping;

/// <summary>
/// Copies through one pooled buffer, on every system. Waits with a read of no bytes, so that an idle direction holds no
/// buffer; while bytes keep coming it keeps the buffer, and allocates nothing.
/// </summary>
internal sealed class CopyPump(int bufferSize) : IPump
{
    public async Task<PumpResult> RunAsync(Flow flow, CancellationToken abort)
    {
        // Nothing here is cancelled: abort resets the sockets, which ends what is under way without a registration per read.
        Socket source = flow.Source.Socket;
        byte[]? buffer = null;
        bool writing = false;
        try
        {
            if (flow.Source.Early is { } early)
            {
                writing = true;
                await DeliverEarlyAsync(flow, early).ConfigureAwait(false);
                writing = false;
            }

            while (true)
            {
                ValueTask<int> readable = source.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, CancellationToken.None);
                if (!readable.IsCompleted && buffer is not null)
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = null;
                }

                await readable.ConfigureAwait(false);
                buffer ??= ArrayPool<byte>.Shared.Rent(bufferSize);
                int count = await source.ReceiveAsync(buffer.AsMemory(0, bufferSize), SocketFlags.None, CancellationToken.None).ConfigureAwait(false);
                if (count == 0)
                {
                    writing = true;
                    flow.EndDestination();
                    return PumpResult.Finished;
                }

                flow.Received(buffer.AsSpan(0, count));
                writing = true;
                await flow.DeliverAsync(buffer.AsMemory(0, count), CancellationToken.None).ConfigureAwait(false);
                writing = false;
            }
        }
        catch (Exception error) when (SocketFailure.Is(error))
        {
            return new PumpResult(writing ? PumpVerdict.DestinationFailed : PumpVerdict.SourceFailed, error);
        }
        finally
        {
            if (buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private static async Task DeliverEarlyAsync(Flow flow, PipeReader early)
    {
        ReadResult rest = await early.ReadAsync(CancellationToken.None).ConfigureAwait(false);
        foreach (ReadOnlyMemory<byte> chunk in rest.Buffer)
        {
            flow.Received(chunk.Span);
            await flow.DeliverAsync(chunk, CancellationToken.None).ConfigureAwait(false);
        }

        await early.CompleteAsync().ConfigureAwait(false);
    }
}
