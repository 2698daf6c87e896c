using System.IO.Pipelines;

namespace SocketConnector.Pumping;

/// <summary>
/// Runs a transformer between two pipes: one is filled from the source, the other drained to the destination. Each holds one
/// buffer at most and none while idle. Three loops, one verdict: the first failure, which also ends the other two.
/// </summary>
internal sealed class TransformPump(int bufferSize, TimeProvider time) : IDirectionPump
{
    /// <summary>How long a transformer may ignore its cancellation before the connection ends without it.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly PipeOptions _pipes = new(
        pauseWriterThreshold: bufferSize,
        resumeWriterThreshold: bufferSize / 2,
        minimumSegmentSize: Math.Min(bufferSize, 16 * 1024),
        useSynchronizationContext: false);

    public async Task RunAsync(Flow flow, CancellationToken abort)
    {
        PumpResult result;
        try
        {
            result = await MoveAsync(flow, abort).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            result = PumpResult.Faulted(error);
        }

        flow.End(result);
    }

    private async Task<PumpResult> MoveAsync(Flow flow, CancellationToken abort)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(abort);
        var verdict = new FirstFailure(ending);
        var pipes = new TransformerPipes(_pipes, verdict);
        var ends = new PipeEnds(flow, pipes, verdict, ending.Token);
        Task filling = ends.FillAsync();
        Task transforming = TransformAsync(flow.Transformer!, pipes, verdict, ending.Token);
        Task draining = ends.DrainAsync(filling, transforming);
        Task moving = Task.WhenAll(filling, draining);
        await moving.WaitAsync(ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (verdict.Result != PumpResult.Finished && !(moving.IsCompleted && transforming.IsCompleted))
        {
            // The far side sees the reset now, and not when the transformer has been waited for, or a write that cannot be cancelled.
            flow.Failing(verdict.Result);
        }

        await moving.ConfigureAwait(false);
        await LeaveBehindAsync(transforming, ending.Token).ConfigureAwait(false);
        return verdict.Result == PumpResult.Finished ? flow.Result : verdict.Result;
    }

    private static async Task TransformAsync(DataTransformer transformer, TransformerPipes pipes, FirstFailure verdict, CancellationToken ending)
    {
        // Not on the path that starts the pump: a transformer may block before its first await.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        Exception? failure = null;
        using var token = new UserToken(ending);
        try
        {
            await transformer(pipes.Source, pipes.Destination, token.Token).ConfigureAwait(false);
            await pipes.WaitForInputEndAsync(ending).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            failure = error;
            verdict.Set(PumpVerdict.TransformFailed, error);
        }

        pipes.Complete(failure);
    }

    /// <summary>Waits for the transformer, but not for ever once everything around it has ended.</summary>
    private async Task LeaveBehindAsync(Task transforming, CancellationToken ending)
    {
        try
        {
            await transforming.WaitAsync(ending).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // TransformAsync itself never fails, so there is nothing to observe later.
            await transforming.WaitAsync(Patience, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
