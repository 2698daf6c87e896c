namespace SocketConnector.Pumping;

/// <summary>Runs each direction on the thread pool, with a transformer or without; on every system.</summary>
internal sealed class PortablePump(CopyPump copy, TransformPump transform) : IPump
{
    private readonly CancellationTokenSource _readingEnds = new();
    private CancellationTokenSource? _abort;
    private Flow? _aToB;

    public RelayEngine Engine => RelayEngine.Portable;

    public void Start(Flow aToB, Flow bToA, IFlowEnds ends)
    {
        _aToB = aToB;
        aToB.ReadingEnds = bToA.ReadingEnds = _readingEnds.Token;
        if (aToB.Transformer is not null || bToA.Transformer is not null)
        {
            // Only a transformer needs telling; a read or a write under way ends when its socket does.
            _abort = new CancellationTokenSource();
        }

        _ = RunAsync(aToB, ends);
        _ = RunAsync(bToA, ends);
    }

    public void EndReading() => _readingEnds.Cancel();

    public void Abort()
    {
        _abort?.Cancel();
        _aToB?.Source.Abort();
        _aToB?.Destination.Abort();
    }

    private async Task RunAsync(Flow flow, IFlowEnds ends)
    {
        // Not on the path that joined the two, which may be the accept loop.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        PumpResult result;
        try
        {
            IDirectionPump pump = flow.Transformer is null ? copy : transform;
            result = await pump.RunAsync(flow, _abort?.Token ?? CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // A pump never throws for what a peer or a transformer does, so this is ours, or the clock's. The connection ends all the same.
            result = new PumpResult(PumpVerdict.Faulted, error);
        }

        flow.Dispose();
        ends.Ended(flow.Source.Side, result);
    }
}
