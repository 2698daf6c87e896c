using SocketConnector.Timing;

namespace SocketConnector.Joining;

/// <summary>
/// Ends a connection that has gone silent after a side has ended its half, or, while the connector drains, because a reader has
/// stopped. One timer, started only then; bytes do not touch it: when due it looks at the counters and waits for what remains.
/// </summary>
internal sealed class HalfCloseTimer : IDisposable
{
    private readonly TimeProvider _time;
    private readonly TimeSpan _timeout;
    private readonly Movement _movement;
    private readonly Func<bool> _expired;
    private readonly ITimer _timer;
    private long _started;

    /// <param name="time">The clock.</param>
    /// <param name="timeout">The longest silence.</param>
    /// <param name="movement">What is watched.</param>
    /// <param name="expired">Called when the silence was too long; false where that does not matter yet.</param>
    public HalfCloseTimer(TimeProvider time, TimeSpan timeout, Movement movement, Func<bool> expired)
    {
        (_time, _timeout, _movement, _expired) = (time, timeout, movement, expired);
        _timer = OneShot.Create(time, static state => ((HalfCloseTimer)state!).Look(), this);
    }

    /// <summary>Counts the silence from a timestamp of the clock on.</summary>
    public void Start(long since)
    {
        Volatile.Write(ref _started, since);
        if (_timeout != Timeout.InfiniteTimeSpan)
        {
            _timer.SetIn(_timeout - _time.GetElapsedTime(since), _time);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        TimeSpan silent = _time.GetElapsedTime(Math.Max(Volatile.Read(ref _started), _movement.LastCounted));
        if (_movement.HasDrained())
        {
            _timer.SetIn(_timeout, _time);
        }
        else if (silent < _timeout)
        {
            _timer.SetIn(_timeout - silent, _time);
        }
        else if (!_expired())
        {
            _timer.SetIn(_timeout, _time);
        }
    }
}
