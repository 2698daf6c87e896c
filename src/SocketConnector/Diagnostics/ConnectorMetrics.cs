using System.Diagnostics.Metrics;

namespace SocketConnector.Diagnostics;

/// <summary>
/// The meter <c>SocketConnector</c>: seconds and bytes, tags of few values. Nothing is measured without a factory. Measuring runs the
/// code of whatever listens, so here it is only noted; <see cref="MeterInstruments"/> is told on the thread pool. What is a sum is
/// read when somebody collects (<see cref="ObservedConnectors"/>).
/// </summary>
internal sealed class ConnectorMetrics
{
    internal const int MaxTimes = 4096;

    private readonly TellingQueue _queue = new(most: 1);
    private readonly Lock _gate = new();
    private readonly MeterInstruments? _instruments;
    private readonly Due _due;
    private readonly CloseLedger _rejected = new();
    private Queue<TimeTaken> _times = new();
    private IConnectorTotals _totals = new EndedTotals();
    private long _lost;
    private int _isQueued;
    private bool _hasEnded;

    public ConnectorMetrics(IMeterFactory? factory, string? name)
    {
        _due = new Due(this);
        _instruments = factory is null ? null : new MeterInstruments(factory, name);
    }

    /// <summary>How many measurements a listener failed on, or fell too far behind for.</summary>
    public long LostMeasurements => Volatile.Read(ref _lost) + (_instruments?.Lost ?? 0);

    /// <summary>Whether a time is worth reading the clock for.</summary>
    public bool Measures(MeasuredTime what) => _instruments is not null && _instruments.IsListenedTo(what);

    /// <summary>Makes the instruments, by which the connector's sums are observed from here on.</summary>
    public void Begin(IConnectorTotals totals)
    {
        if (_instruments is not null)
        {
            Volatile.Write(ref _totals, totals);
            Ask();
        }
    }

    /// <summary>The connector has ended; its sums stay.</summary>
    public void End()
    {
        if (_instruments is not null)
        {
            Volatile.Write(ref _hasEnded, true);
            Ask();
        }
    }

    /// <summary>A peer was closed without having been joined, and not by its owner in order.</summary>
    public void Rejected(CloseReason reason, Side? side)
    {
        if (_instruments is not null && reason != CloseReason.Ended)
        {
            _rejected.Add(reason, side);
            Ask();
        }
    }

    public void Took(in TimeTaken taken)
    {
        if (!Measures(taken.What))
        {
            return;
        }

        lock (_gate)
        {
            if (_times.Count < MaxTimes)
            {
                _times.Enqueue(taken);
            }
            else
            {
                // A sum takes any number, a histogram one by one.
                Interlocked.Increment(ref _lost);
            }
        }

        Ask();
    }

    public Task DrainedAsync() => _queue.DrainedAsync();

    private void Tell(MeterInstruments instruments)
    {
        // What is noted from here on asks anew.
        Interlocked.Exchange(ref _isQueued, 0);
        bool hasEnded = Volatile.Read(ref _hasEnded);
        instruments.Make(_totals);
        foreach (CloseCount rejected in _rejected.Take())
        {
            instruments.Rejected(rejected);
        }

        Queue<TimeTaken> times;
        lock (_gate)
        {
            (times, _times) = (_times, new Queue<TimeTaken>());
        }

        foreach (TimeTaken taken in times)
        {
            instruments.Took(taken);
        }

        if (hasEnded)
        {
            instruments.Retire(_totals);
        }
    }

    private void Ask()
    {
        if (Interlocked.Exchange(ref _isQueued, 1) == 0)
        {
            _queue.Add(_due);
        }
    }

    private sealed class Due(ConnectorMetrics metrics) : Telling
    {
        public override void Tell() => metrics.Tell(metrics._instruments!);

        public override void Lost() => Interlocked.Increment(ref metrics._lost);
    }
}
