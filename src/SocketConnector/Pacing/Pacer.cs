using SocketConnector.Timing;

namespace SocketConnector.Pacing;

/// <summary>
/// Shares out what the paced directions of a connector may read, by time. One timer for all of them, set only while one is held back.
/// The connector's own rate goes to those that wait for it in equal shares; where those would be too small to be worth a read, in turn.
/// </summary>
internal sealed class Pacer
{
    // A smaller share costs more than it moves.
    private const int MinShare = 1024;

    // A larger one is more than the system holds of a flow that is held back: it could not be used at once, and would go to the others.
    private const int MaxShare = 64 * 1024;

    // What is made up for to one that could not use its share.
    private const int MaxOwed = 4 * MaxShare;

    // How often the connector's rate is shared out. More often where the shares would be too large, as often as timers go.
    private const int SharesPerSecond = 100;
    private const int MaxSharesPerSecond = 1000;

    // How long a granted share stays valid; a reader that comes later, because its destination was full, waits for the next one.
    private static readonly TimeSpan _goodFor = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly RelativeClock _clock;
    private readonly ITimer _timer;
    private readonly TokenBucket? _total;
    private readonly int _minShare;
    private readonly long _rate;
    private readonly int _plenty;
    private readonly PriorityQueue<Pace, TimeSpan> _parked = new();
    private readonly Queue<Pace> _waiting = new();
    private readonly List<Pace> _served = [];
    private TimeSpan _armedFor = TimeSpan.MaxValue;
    private long _level;

    /// <param name="time">The clock.</param>
    /// <param name="rate">Bytes for each second, over all; none where each direction has a rate of its own.</param>
    public Pacer(TimeProvider time, long? rate)
    {
        (_time, _clock) = (time, new RelativeClock(time));
        _timer = OneShot.Create(time, static state => ((Pacer)state!).Look(), this);
        if (rate is { } bytes)
        {
            (_rate, _total) = (bytes, new TokenBucket(bytes));
            _minShare = Math.Max(1, Math.Min(MinShare, _total.Burst / 2));
            _plenty = Math.Max(_minShare, _total.Burst / 2);
        }
    }

    /// <param name="rate">Its own, in bytes for each second, if it has one.</param>
    /// <returns>None where nothing limits it.</returns>
    public Pace? NewPace(long? rate) => rate is null && _total is null ? null : new Pace(this, rate is { } own ? new TokenBucket(own) : null);

    /// <summary>By the clock.</summary>
    public long Timestamp => _time.GetTimestamp();

    /// <inheritdoc cref="Pace.Take"/>
    public int Take(Pace pace, int wanted)
    {
        lock (_gate)
        {
            if (pace.State is PaceState.Closed)
            {
                return wanted;
            }

            TimeSpan now = _clock.Now;
            int taken = pace.IsHeldBack ? 0 : Take(pace, wanted, now);
            if (taken > 0)
            {
                pace.Release();
            }

            Arm(now);
            return taken;
        }
    }

    /// <inheritdoc cref="Pace.GiveBack"/>
    public void GiveBack(Pace pace, int unused)
    {
        if (unused <= 0)
        {
            return;
        }

        Pace[] woken;
        lock (_gate)
        {
            if (pace.State is PaceState.Closed)
            {
                return;
            }

            // There is nothing more to read, so what it still has of its share is of no use to it either.
            pace.Own?.GiveBack(unused);
            pace.Level -= unused;
            woken = GiveBack(unused + pace.TakeGranted());
        }

        Wake(woken);
    }

    /// <inheritdoc cref="Pace.Close"/>
    public void Close(Pace pace)
    {
        Pace[] woken;
        lock (_gate)
        {
            pace.State = PaceState.Closed;
            woken = GiveBack(pace.TakeGranted());
        }

        pace.Woken();
        Wake(woken);
    }

    private int Take(Pace pace, int wanted, TimeSpan now)
    {
        if (pace.Own is { } own)
        {
            if (own.Available(now) < own.MinRead)
            {
                pace.State = PaceState.Parked;
                _total?.GiveBack(pace.TakeGranted());
                _parked.Enqueue(pace, own.When(own.MinRead, now));
                return 0;
            }

            wanted = Math.Min(wanted, own.Available(now));
        }

        int taken = _total is null ? wanted : TakeShared(pace, wanted, now);
        pace.Own?.Take(taken);
        return taken;
    }

    private int TakeShared(Pace pace, int wanted, TimeSpan now)
    {
        if (pace.Granted > 0)
        {
            if (now - pace.GrantedAt <= _goodFor)
            {
                wanted = Math.Min(wanted, pace.Granted);
                pace.Granted -= wanted;
                return wanted;
            }

            _total!.GiveBack(pace.TakeGranted());
        }

        // No reader overtakes a waiting one; while the rate is scarce, every reader waits for its share.
        if (_waiting.Count > 0 || _total!.Available(now) < _plenty)
        {
            pace.State = PaceState.Waiting;
            pace.Level = Math.Max(pace.Level, _level - Math.Min(MaxOwed, _total!.Burst));
            _waiting.Enqueue(pace);
            return 0;
        }

        wanted = Math.Min(wanted, _total.Available(now));
        _total.Take(wanted);
        return wanted;
    }

    private Pace[] GiveBack(int unused)
    {
        if (_total is null || unused == 0)
        {
            return [];
        }

        _total.GiveBack(unused);
        TimeSpan now = _clock.Now;
        Share(now);
        Arm(now);
        return Served();
    }

    private void Look()
    {
        Pace[] woken;
        lock (_gate)
        {
            _armedFor = TimeSpan.MaxValue;
            TimeSpan now = _clock.Now;
            Share(now);
            while (_parked.TryPeek(out Pace? parked, out TimeSpan due) && due <= now)
            {
                _parked.Dequeue();
                if (parked.State == PaceState.Parked)
                {
                    parked.State = PaceState.Woken;
                    _served.Add(parked);
                }
            }

            Arm(now);
            woken = Served();
        }

        Wake(woken);
    }

    /// <summary>Gives those that have waited longest what there is: first to those that have had least, until all have had the same.</summary>
    private void Share(TimeSpan now)
    {
        if (_total is null || _waiting.Count == 0 || _total.Available(now) < WorthSharing())
        {
            return;
        }

        int left = _total.Available(now);
        int max = left / _minShare;
        while (_served.Count < max && _waiting.TryDequeue(out Pace? first))
        {
            if (first.State == PaceState.Waiting)
            {
                _served.Add(first);
            }
        }

        if (_served.Count > 0)
        {
            Fill(left, now);
        }
    }

    private void Fill(int left, TimeSpan now)
    {
        _served.Sort(static (one, other) => one.Level.CompareTo(other.Level));
        int count = _served.Count;
        long all = left + _served.Sum(static pace => pace.Level);
        while (count > 1 && (all / count) - _served[count - 1].Level < _minShare)
        {
            // It is above that level, or too near for a share that is worth a read.
            all -= _served[--count].Level;
            _waiting.Enqueue(_served[count]);
        }

        _served.RemoveRange(count, _served.Count - count);
        _level = all / count;
        foreach (Pace pace in _served)
        {
            (pace.Granted, pace.GrantedAt) = ((int)Math.Min(_level - pace.Level, pace.Own?.Available(now) ?? int.MaxValue), now);
            pace.State = PaceState.Granted;
            pace.Level += pace.Granted;
            _total!.Take(pace.Granted);
        }
    }

    /// <summary>How much there must be for those that wait.</summary>
    private int WorthSharing()
    {
        long all = Math.Clamp((long)_waiting.Count * MaxShare, _rate / MaxSharesPerSecond, _rate / SharesPerSecond);
        return (int)Math.Clamp(all, _minShare, int.MaxValue);
    }

    private Pace[] Served()
    {
        Pace[] served = [.. _served];
        _served.Clear();
        return served;
    }

    /// <summary>Sets the timer for the first that is due, in a millisecond or more; within the lock.</summary>
    private void Arm(TimeSpan now)
    {
        TimeSpan first = _waiting.Count > 0 ? _total!.When(WorthSharing(), now) : TimeSpan.MaxValue;
        if (_parked.TryPeek(out _, out TimeSpan due) && due < first)
        {
            first = due;
        }

        if (first < _armedFor)
        {
            _armedFor = first;
            _timer.SetIn(OneShot.InWholeMilliseconds(first > now ? first - now : TimeSpan.FromMilliseconds(1)), _time);
        }
    }

    // Outside the lock: what is woken may ask again at once.
    private static void Wake(Pace[] woken)
    {
        foreach (Pace pace in woken)
        {
            pace.Woken();
        }
    }
}
