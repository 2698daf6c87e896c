using System.IO.Pipelines;
using SocketConnector.Sockets;

namespace SocketConnector.Pumping;

/// <summary>The two loops around a transformer: from the source's socket into a pipe, and out of a pipe to the destination's.</summary>
internal static class PipeEnds
{
    public static async Task FillAsync(Flow flow, PipeWriter pipe, FirstFailure verdict, CancellationToken ending)
    {
        Exception? failure = null;
        try
        {
            await CopyEarlyAsync(flow, pipe, ending).ConfigureAwait(false);
            if (!await CopySocketAsync(flow, pipe, ending).ConfigureAwait(false))
            {
                failure = new InvalidOperationException("the transformer stopped reading before its input ended");
                verdict.Set(PumpVerdict.TransformFailed, failure);
            }
        }
        catch (Exception error) when (SocketFailure.Is(error) || error is OperationCanceledException)
        {
            failure = error;
            verdict.Set(PumpVerdict.SourceFailed, failure);
        }

        await pipe.CompleteAsync(failure).ConfigureAwait(false);
    }

    public static async Task DrainAsync(Flow flow, PipeReader pipe, Task transforming, FirstFailure verdict, CancellationToken ending)
    {
        Exception? failure = null;
        try
        {
            ReadResult read;
            do
            {
                read = await pipe.ReadAsync(ending).ConfigureAwait(false);
                foreach (ReadOnlyMemory<byte> chunk in read.Buffer)
                {
                    await flow.DeliverAsync(chunk, ending).ConfigureAwait(false);
                }

                pipe.AdvanceTo(read.Buffer.End);
            }
            while (!read.IsCompleted);

            // A transformer may complete its output by itself and fail after that; what is not whole must not look it.
            await transforming.WaitAsync(ending).ConfigureAwait(false);
            if (verdict.Result == PumpResult.Finished)
            {
                flow.EndDestination();
            }
        }
        catch (Exception error)
        {
            // Where the transformer failed, the pipe throws its error here, and the verdict stands already.
            failure = error;
            verdict.Set(PumpVerdict.DestinationFailed, failure);
        }

        await pipe.CompleteAsync(failure).ConfigureAwait(false);
    }

    private static async Task CopyEarlyAsync(Flow flow, PipeWriter pipe, CancellationToken ending)
    {
        if (flow.Source.Early is not { } early)
        {
            return;
        }

        ReadResult rest = await early.ReadAsync(ending).ConfigureAwait(false);
        foreach (ReadOnlyMemory<byte> chunk in rest.Buffer)
        {
            flow.Received(chunk.Span);
            await pipe.WriteAsync(chunk, ending).ConfigureAwait(false);
        }

        await early.CompleteAsync().ConfigureAwait(false);
    }

    /// <returns>Whether the source was read to its end; otherwise nobody reads the pipe any more.</returns>
    private static async Task<bool> CopySocketAsync(Flow flow, PipeWriter pipe, CancellationToken ending)
    {
        PeerSocket source = flow.Source;
        while (true)
        {
            // Room is asked for only once there is something to read, so that an idle direction holds none.
            await source.Socket.WaitReadableAsync(ending).ConfigureAwait(false);
            Memory<byte> room = pipe.GetMemory();
            if (!source.TryReceive(room.Span, out int count))
            {
                // Commits nothing, and gives the room back.
                await pipe.FlushAsync(ending).ConfigureAwait(false);
                continue;
            }

            if (count == 0)
            {
                flow.SourceEnded();
                return true;
            }

            flow.Received(room.Span[..count]);
            pipe.Advance(count);
            FlushResult flushed = await pipe.FlushAsync(ending).ConfigureAwait(false);
            if (flushed.IsCompleted)
            {
                return false;
            }
        }
    }
}
