using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace SocketConnector.Cli.Running;

/// <summary>
/// Ctrl-C, SIGTERM and SIGHUP: the first asks to stop, the second to stop at once. An echo of the first counts for nothing. The admin channel may
/// ask to stop as well.
/// </summary>
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
    private long? _deadline;
    private volatile bool _hasHungUp;
    private volatile bool _isDrained;

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

    /// <summary>Whether one of them was SIGHUP: nobody is left who could be told something.</summary>
    public bool HasHungUp => _hasHungUp;

    /// <summary>Finishes with the first.</summary>
    public Task Asked => _asked.Task;

    /// <summary>Whether the admin channel asked first.</summary>
    public bool IsDrained => _isDrained;

    /// <summary>The time that it gave to what is open; none where it gave none.</summary>
    public TimeSpan? Within { get; private set; }

    /// <summary>Asks to stop, as a signal does. Again, it can shorten the time.</summary>
    /// <param name="within">After which what is left is reset; none for the program's own.</param>
    public void Drain(TimeSpan? within)
    {
        bool isFirst;
        lock (_gate)
        {
            isFirst = _first is null;
            _first ??= TimeProvider.System.GetTimestamp();
            if (isFirst)
            {
                (_isDrained, Within) = (true, within);
            }
            else if (within is { } time)
            {
                Shorten(time);
            }
        }

        if (isFirst)
        {
            Stopped();
        }
    }

    private void Shorten(TimeSpan time)
    {
        long deadline = TimeProvider.System.GetTimestamp() + (long)(time.TotalSeconds * TimeProvider.System.TimestampFrequency);
        if (_deadline is null || deadline < _deadline)
        {
            _deadline = deadline;
            _abort.CancelAfter(time);
        }
    }

    private void Stopped()
    {
        _asked.SetResult();
        _stop.Cancel();
    }

    private void Received(PosixSignalContext signal)
    {
        // Not the system's way of ending, which would cut every connection.
        signal.Cancel = true;
        if (signal.Signal == PosixSignal.SIGHUP)
        {
            _hasHungUp = true;
        }

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
            Stopped();
        }
        else
        {
            _abort.Cancel();
        }
    }
}
