namespace SocketConnector.Pumping;

/// <summary>What went wrong first in a pump of several loops; later failures follow from it and change nothing.</summary>
internal sealed class FirstFailure(CancellationTokenSource others)
{
    private StrongResult? _first;

    /// <summary>Finished, unless something failed.</summary>
    public PumpResult Result => _first?.Result ?? PumpResult.Finished;

    public void Set(PumpVerdict verdict, Exception error)
    {
        if (Interlocked.CompareExchange(ref _first, new StrongResult(new PumpResult(verdict, error)), null) is not null)
        {
            return;
        }

        try
        {
            others.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The pump has ended in order, and a transformer that kept its ends completes one late.
        }
    }

    private sealed record StrongResult(PumpResult Result);
}
