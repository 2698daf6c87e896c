using SocketConnector.Timing;

namespace SocketConnector.Joining;

/// <summary>
/// Ends the connections of a connector that were silent, or joined, for too long. One timer for all of them, due when the first may be:
/// bytes do not touch it, and each connection is looked at once in its time, at the counters, and then due later by what moved.
/// </summary>
internal sealed class Expiry : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeSpan _idle;
    private readonly TimeSpan _lifetime;
    private readonly TimeProvider _time;
    private readonly RelativeClock _clock;
    private readonly ITimer _timer;
    private readonly Dictionary<long, Entry> _entries = [];
    private readonly SortedSet<Entry> _queue = new(Comparer<Entry>.Create(Compare));
    private TimeSpan _armedFor = TimeSpan.MaxValue;
    private bool _isLooking;

    private Expiry(ConnectorOptions options)
    {
        (_time, _clock, _idle, _lifetime) = (options.TimeProvider, new RelativeClock(options.TimeProvider), Limit(options.IdleTimeout), Limit(options.MaxLifetime));
        _timer = OneShot.Create(options.TimeProvider, static state => ((Expiry)state!).Look(), this);
    }

    /// <summary>None where no time is limited, which costs nothing.</summary>
    public static Expiry? Of(ConnectorOptions options) =>
        options.IdleTimeout == Timeout.InfiniteTimeSpan && options.MaxLifetime == Timeout.InfiniteTimeSpan ? null : new Expiry(options);

    /// <summary>Its time counts; <see cref="Remove"/> comes after it.</summary>
    public void Add(Connection connection)
    {
        var entry = new Entry(connection);
        (entry.Due, _) = DueOf(connection.Pair);
        lock (_gate)
        {
            _entries.Add(connection.Id, entry);
            _queue.Add(entry);
            Arm();
        }
    }

    /// <summary>It has ended.</summary>
    public void Remove(Connection connection)
    {
        lock (_gate)
        {
            if (_entries.Remove(connection.Id, out Entry? entry) && _queue.Remove(entry))
            {
                Arm();
            }
        }
    }

    public void Dispose() => _timer.Dispose();

    private static int Compare(Entry? one, Entry? other) => (one!.Due, one.Connection.Id).CompareTo((other!.Due, other.Connection.Id));

    private static TimeSpan Limit(TimeSpan time) => time == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : time;

    private void Look()
    {
        lock (_gate)
        {
            (_armedFor, _isLooking) = (TimeSpan.MaxValue, true);
        }

        try
        {
            while (TakeDue() is { } entry)
            {
                Look(entry);
            }
        }
        finally
        {
            lock (_gate)
            {
                _isLooking = false;
                Arm();
            }
        }
    }

    private Entry? TakeDue()
    {
        lock (_gate)
        {
            if (_queue.Min is { } first && first.Due <= _clock.Now)
            {
                _queue.Remove(first);
                return first;
            }

            return null;
        }
    }

    // Outside the lock: the look may ask the system, and an end goes a long way.
    private void Look(Entry entry)
    {
        JoinedPair pair = entry.Connection.Pair;
        (TimeSpan due, CloseReason reason) = DueOf(pair);
        TimeSpan now = _clock.Now;
        if (due > now)
        {
            entry.Movement = null;
        }
        else if (reason == CloseReason.IdleTimeout && IsTaking(entry))
        {
            (due, reason) = Earlier(pair, now);
        }

        if (due <= now)
        {
            pair.Expire(reason);
            return;
        }

        lock (_gate)
        {
            // It may have ended meanwhile.
            if (_entries.ContainsKey(entry.Connection.Id))
            {
                entry.Due = due;
                _queue.Add(entry);
            }
        }
    }

    /// <summary>Whether a peer takes what the kernel holds for it, as far as is known: the first look can only tell that something waits.</summary>
    private static bool IsTaking(Entry entry)
    {
        if (entry.Movement is { } movement)
        {
            return movement.HasDrained();
        }

        movement = entry.Connection.Pair.Observe();
        entry.Movement = movement.WaitsAt is null ? null : movement;
        return entry.Movement is not null;
    }

    private (TimeSpan Due, CloseReason Reason) DueOf(JoinedPair pair) => Earlier(pair, _clock.At(pair.LastMoved));

    private (TimeSpan Due, CloseReason Reason) Earlier(JoinedPair pair, TimeSpan lastMoved)
    {
        TimeSpan silent = After(lastMoved, _idle), old = After(_clock.At(pair.Joined), _lifetime);
        return old <= silent ? (old, CloseReason.LifetimeReached) : (silent, CloseReason.IdleTimeout);
    }

    private static TimeSpan After(TimeSpan moment, TimeSpan limit) => limit == TimeSpan.MaxValue ? limit : moment + limit;

    /// <summary>Sets the timer for the first that may be due; within the lock. While it is looked through, only at the end.</summary>
    private void Arm()
    {
        TimeSpan first = _queue.Min?.Due ?? TimeSpan.MaxValue;
        if (_isLooking || (first >= _armedFor && _queue.Count > 0) || first == _armedFor)
        {
            // A timer that is due too early finds nothing, and is set again.
            return;
        }

        _armedFor = first;
        if (first == TimeSpan.MaxValue)
        {
            _timer.Unset();
        }
        else
        {
            _timer.SetIn(first - _clock.Now, _time);
        }
    }

    private sealed class Entry(Connection connection)
    {
        public Connection Connection => connection;

        /// <summary>Since the epoch. Changed only while it is not in the queue.</summary>
        public TimeSpan Due { get; set; }

        /// <summary>Where a peer did not have everything yet, when its connection was due.</summary>
        public Movement? Movement { get; set; }
    }
}
