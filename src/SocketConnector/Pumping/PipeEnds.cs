using System.IO.Pipelines;
using SocketConnector.Sockets;

namespace SocketConnector.Pumping;

/// <summary>
/// The two loops around a transformer: from the source's socket into a pipe, and out of a pipe to the destination's. What a
/// socket throws is a peer's failure; what a pipe throws is the transformer's, whatever the type.
/// </summary>
internal sealed class PipeEnds(Flow flow, TransformerPipes pipes, FirstFailure verdict, CancellationToken ending)
{
    /// <summary>What is asked for at a time where reads are paced.</summary>
    private const int ReadSize = 16 * 1024;

    public async Task FillAsync()
    {
        Exception? failure;
        try
        {
            failure = await CopyAsync().ConfigureAwait(false);
            if (failure is not null)
            {
                verdict.Set(PumpVerdict.TransformFailed, failure);
            }
        }
        catch (Exception error)
        {
            failure = error;
            verdict.Set(SocketFailure.Is(error) || error is OperationCanceledException ? PumpVerdict.SourceFailed : PumpVerdict.TransformFailed, error);
        }

        await pipes.Input.CompleteAsync(failure).ConfigureAwait(false);
    }

    public async Task DrainAsync(Task filling, Task transforming)
    {
        Exception? failure = null;
        bool isDelivering = false;
        try
        {
            ReadResult read;
            do
            {
                read = await pipes.Output.ReadAsync(ending).ConfigureAwait(false);
                isDelivering = true;
                foreach (ReadOnlyMemory<byte> chunk in read.Buffer)
                {
                    await flow.DeliverAsync(chunk, ending).ConfigureAwait(false);
                }

                isDelivering = false;
                pipes.Output.AdvanceTo(read.Buffer.End);
            }
            while (!read.IsCompleted);

            // A transformer may complete its output by itself and fail after that, or be given more; what is not whole must not look it.
            await Task.WhenAll(filling, transforming).WaitAsync(ending).ConfigureAwait(false);
            if (pipes.Fault() is { } fault)
            {
                verdict.Set(PumpVerdict.TransformFailed, fault);
            }
            else if (verdict.Result == PumpResult.Finished)
            {
                isDelivering = true;
                await flow.EndDestinationAsync(ending).ConfigureAwait(false);
            }
        }
        catch (Exception error)
        {
            failure = error;
            verdict.Set(isDelivering ? PumpVerdict.DestinationFailed : PumpVerdict.TransformFailed, error);
        }

        await pipes.Output.CompleteAsync(failure).ConfigureAwait(false);
    }

    /// <returns>What the transformer did wrong, if it did.</returns>
    private async Task<Exception?> CopyAsync()
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(ending, flow.ReadingEnds);
        while (true)
        {
            // Room is asked for only once there is something to read, so that an idle direction holds none.
            await WaitReadableAsync(waiting.Token).ConfigureAwait(false);
            int allowed = await flow.AllowedAsync(ReadSize, ending).ConfigureAwait(false);
            await flow.SettleAsync().ConfigureAwait(false);
            Memory<byte> room = pipes.Input.GetMemory();
            if (flow.Paced is { } paced)
            {
                paced.GiveBack(allowed - room.Length);
                room = room[..Math.Min(room.Length, allowed)];
            }

            if (!flow.TryReceive(room.Span, out int count))
            {
                // Commits nothing, and gives the room back.
                await PutAsync(0).ConfigureAwait(false);
                continue;
            }

            if (count == 0)
            {
                flow.EndReceived();
                return null;
            }

            flow.Received(room.Span[..count]);
            if (await PutAsync(count).ConfigureAwait(false) is { } fault)
            {
                return fault;
            }
        }
    }

    private async ValueTask WaitReadableAsync(CancellationToken waiting)
    {
        ending.ThrowIfCancellationRequested();
        if (flow.ReadingEnds.IsCancellationRequested)
        {
            return;
        }

        try
        {
            await flow.Source.WaitReadableAsync(waiting).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!ending.IsCancellationRequested)
        {
            // Nothing is waited for any more.
        }
    }

    /// <inheritdoc cref="CopyAsync"/>
    private async ValueTask<Exception?> PutAsync(int count)
    {
        pipes.Add(count);
        pipes.Input.Advance(count);
        ValueTask<FlushResult> flushing = pipes.Input.FlushAsync(ending);
        bool isWaiting = !flushing.IsCompleted;
        if (isWaiting)
        {
            flow.BeginWait();
        }

        try
        {
            await flushing.ConfigureAwait(false);
            return pipes.Fault();
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // The transformer has completed its source with it.
            return error;
        }
        finally
        {
            if (isWaiting)
            {
                flow.EndWait();
            }
        }
    }
}
