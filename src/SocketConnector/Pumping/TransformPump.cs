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

    public async Task<PumpResult> RunAsync(Flow flow, CancellationToken abort)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(abort);
        var verdict = new FirstFailure(ending);
        var input = new Pipe(_pipes);
        var output = new Pipe(_pipes);
        Task filling = PipeEnds.FillAsync(flow, input.Writer, verdict, ending.Token);
        Task transforming = TransformAsync(flow.Transformer!, input.Reader, output.Writer, verdict, ending.Token);
        Task draining = PipeEnds.DrainAsync(flow, output.Reader, transforming, verdict, ending.Token);
        await Task.WhenAll(filling, draining, LeaveBehindAsync(transforming, ending.Token)).ConfigureAwait(false);
        return verdict.Result;
    }

    private static async Task TransformAsync(DataTransformer transformer, PipeReader source, PipeWriter destination, FirstFailure verdict, CancellationToken ending)
    {
        // Off the path of whoever starts the pump: a transformer may block before its first await.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        Exception? failure = null;
        using var token = new UserToken(ending);
        try
        {
            await transformer(source, destination, token.Token).ConfigureAwait(false);
            if (!await IsAtEndAsync(source, ending).ConfigureAwait(false))
            {
                throw new InvalidOperationException("the transformer returned before its input ended");
            }
        }
        catch (Exception error)
        {
            failure = error;
            verdict.Set(PumpVerdict.TransformFailed, error);
        }

        await source.CompleteAsync(failure).ConfigureAwait(false);
        await destination.CompleteAsync(failure).ConfigureAwait(false);
    }

    private static async Task<bool> IsAtEndAsync(PipeReader source, CancellationToken ending)
    {
        try
        {
            ReadResult rest = await source.ReadAsync(ending).ConfigureAwait(false);
            return rest.Buffer.IsEmpty;
        }
        catch (InvalidOperationException)
        {
            // The transformer completed its source by itself. If that was too early, the filling loop finds nobody reading.
            return true;
        }
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
            await Task.WhenAny(transforming, Task.Delay(Patience, time, CancellationToken.None)).ConfigureAwait(false);
        }
    }
}
