using System.Runtime.InteropServices;

namespace SocketConnector.Cli.Running;

/// <summary>Ctrl-C and SIGTERM: the first asks to stop, the second to stop at once.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;
    private int _count;

    public StopSignals()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Received);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Received);
    }

    /// <summary>Cancelled by the first.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Cancelled by the second.</summary>
    public CancellationToken Abort => _abort.Token;

    /// <summary>Finishes with the first.</summary>
    public Task Asked => _asked.Task;

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
    }

    private void Received(PosixSignalContext signal)
    {
        // Not the system's way of ending, which would cut every connection.
        signal.Cancel = true;
        if (Interlocked.Increment(ref _count) == 1)
        {
            _asked.SetResult();
            _stop.Cancel();
        }
        else
        {
            _abort.Cancel();
        }
    }
}
