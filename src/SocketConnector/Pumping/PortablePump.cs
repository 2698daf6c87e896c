namespace SocketConnector.Pumping;

/// <summary>Runs each direction on the thread pool, with a transformer or without; on every system.</summary>
internal sealed class PortablePump(CopyPump copy, TransformPump transform) : IPump
{
    private readonly CancellationTokenSource _readingEnds = new();
    private CancellationTokenSource? _abort;
    private Flow? _aToB;

    public RelayEngine Engine => RelayEngine.Portable;

    public void Start(Flow aToB, Flow bToA)
    {
        _aToB = aToB;
        aToB.ReadingEnds = bToA.ReadingEnds = _readingEnds.Token;
        if (aToB.Transformer is not null || bToA.Transformer is not null)
        {
            // Only a transformer needs telling; a read or a write under way ends when its socket does.
            _abort = new CancellationTokenSource();
        }

        Run(aToB);
        Run(bToA);
    }

    public void EndReading() => _readingEnds.Cancel();

    public void Abort()
    {
        _abort?.Cancel();
        _aToB?.Source.Abort();
        _aToB?.Destination.Abort();
    }

    private void Run(Flow flow)
    {
        // Not on the path that joined the two, which may be the accept loop. A transformer sees the caller's execution context.
        IDirectionPump pump = flow.Transformer is null ? copy : transform;
        ThreadPool.QueueUserWorkItem(static one => _ = one.Pump.RunAsync(one.Flow, one.Abort), (Pump: pump, Flow: flow, Abort: _abort?.Token ?? default), preferLocal: false);
    }
}
