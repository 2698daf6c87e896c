using System.Diagnostics.Metrics;

namespace SocketConnector.Diagnostics;

/// <summary>
/// The meter <c>SocketConnector</c>: seconds and bytes, tags of few values. Nothing is measured without a factory. Measuring runs the
/// code of whatever listens, so here it is only summed up; <see cref="MeterInstruments"/> is told the sums on the thread pool.
/// </summary>
internal sealed class ConnectorMetrics
{
    internal const int MaxDurations = 4096;

    private readonly TellingQueue _queue = new(most: 1);
    private readonly Lock _gate = new();
    private readonly MeterInstruments? _instruments;
    private readonly Sums _sums;
    private readonly CloseLedger _closed = new();
    private Queue<(double Seconds, Cause Cause)> _durations = new();
    private long _active;
    private long _ended;
    private long _bytesAToB;
    private long _bytesBToA;
    private long _lost;
    private int _isQueued;

    public ConnectorMetrics(IMeterFactory? factory, string? name)
    {
        _sums = new Sums(this);
        if (factory is not null)
        {
            _instruments = new MeterInstruments(factory, name);
            Ask();
        }
    }

    /// <summary>How many measurements a listener failed on, or fell too far behind for.</summary>
    public long LostMeasurements => Volatile.Read(ref _lost) + (_instruments?.Lost ?? 0);

    public void Joined()
    {
        if (_instruments is not null)
        {
            Interlocked.Increment(ref _active);
            Ask();
        }
    }

    public void Closed(CloseReason reason, Side? side)
    {
        if (_instruments is not null)
        {
            _closed.Add(reason, side);
            Ask();
        }
    }

    public void Ended(CloseInfo info, long bytesAToB, long bytesBToA)
    {
        if (_instruments is null)
        {
            return;
        }

        Interlocked.Decrement(ref _active);
        Interlocked.Add(ref _bytesAToB, bytesAToB);
        Interlocked.Add(ref _bytesBToA, bytesBToA);
        Interlocked.Increment(ref _ended);
        lock (_gate)
        {
            if (_durations.Count < MaxDurations)
            {
                _durations.Enqueue((info.Duration.TotalSeconds, new Cause(info.Reason, info.Side)));
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
        // What is measured from here on asks anew.
        Interlocked.Exchange(ref _isQueued, 0);
        instruments.Make();
        if (Interlocked.Exchange(ref _active, 0) is not 0 and long active)
        {
            instruments.Joined(active);
        }

        foreach (CloseCount closed in _closed.Take())
        {
            instruments.Closed(closed);
        }

        if (Interlocked.Exchange(ref _ended, 0) > 0)
        {
            instruments.Moved(Interlocked.Exchange(ref _bytesAToB, 0), Interlocked.Exchange(ref _bytesBToA, 0));
        }

        Queue<(double, Cause)> durations;
        lock (_gate)
        {
            (durations, _durations) = (_durations, new Queue<(double, Cause)>());
        }

        foreach ((double seconds, Cause cause) in durations)
        {
            instruments.Lasted(seconds, cause);
        }
    }

    private void Ask()
    {
        if (Interlocked.Exchange(ref _isQueued, 1) == 0)
        {
            _queue.Add(_sums);
        }
    }

    private sealed class Sums(ConnectorMetrics metrics) : Telling
    {
        public override void Tell() => metrics.Tell(metrics._instruments!);

        public override void Lost() => Interlocked.Increment(ref metrics._lost);
    }
}
