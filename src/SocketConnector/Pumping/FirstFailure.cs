namespace SocketConnector.Pumping;

/// <summary>What went wrong first in a pump of several loops; later failures follow from it and change nothing.</summary>
internal sealed class FirstFailure(CancellationTokenSource others)
{
    private StrongResult? _first;

    /// <summary>Finished, unless something failed.</summary>
    public PumpResult Result => _first?.Result ?? PumpResult.Finished;

    public void Set(PumpVerdict verdict, Exception error)
    {
        if (Interlocked.CompareExchange(ref _first, new StrongResult(new PumpResult(verdict, error)), null) is null)
        {
            others.Cancel();
        }
    }

    private sealed record StrongResult(PumpResult Result);
}
