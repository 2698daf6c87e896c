using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace SocketConnector.Cli.Running;

/// <summary>Ctrl-C, SIGTERM and SIGHUP: the first asks to stop, the second to stop at once. An echo of the first counts for nothing.</summary>
internal sealed class StopSignals
{
    // timeout(1) signals its child and then the group that the child is in; npm and others pass on what the terminal has sent
    // to all. No hand is that fast.
    private static readonly TimeSpan _echo = TimeSpan.FromMilliseconds(100);

    // Held until the process is gone: without them, one more Ctrl-C would cut the orderly end short, and the exit code with it.
    private static readonly ConcurrentQueue<PosixSignalRegistration> _registrations = new();

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long? _first;

    public StopSignals()
    {
        _registrations.Enqueue(PosixSignalRegistration.Create(PosixSignal.SIGINT, Received));
        _registrations.Enqueue(PosixSignalRegistration.Create(PosixSignal.SIGTERM, Received));
        _registrations.Enqueue(PosixSignalRegistration.Create(PosixSignal.SIGHUP, Received));
    }

    /// <summary>Cancelled by the first.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Cancelled by the second.</summary>
    public CancellationToken Abort => _abort.Token;

    /// <summary>Finishes with the first.</summary>
    public Task Asked => _asked.Task;

    private void Received(PosixSignalContext signal)
    {
        // Not the system's way of ending, which would cut every connection.
        signal.Cancel = true;
        bool isFirst;
        lock (_gate)
        {
            if (_first is long first && TimeProvider.System.GetElapsedTime(first) < _echo)
            {
                return;
            }

            isFirst = _first is null;
            _first ??= TimeProvider.System.GetTimestamp();
        }

        if (isFirst)
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
