using Microsoft.Extensions.Time.Testing;

namespace SocketConnector.TestKit;

/// <summary>A clock that moves only when it is told to, and that knows which timers wait: one left behind shows as a leak.</summary>
public sealed class ManualClock : FakeTimeProvider
{
    private readonly Lock _gate = new();
    private readonly HashSet<CountedTimer> _timers = [];

    /// <summary>How many timers are set, have not fired and are not disposed.</summary>
    public int ActiveTimers => Delays.Count;

    /// <summary>How long each of them has still to go.</summary>
    public IReadOnlyList<TimeSpan> Delays
    {
        get
        {
            DateTimeOffset now = GetUtcNow();
            lock (_gate)
            {
                return [.. _timers.Where(timer => timer.Due > now).Select(timer => timer.Due - now)];
            }
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new CountedTimer(this, base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, period));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class CountedTimer(ManualClock clock, ITimer inner) : ITimer
    {
        private bool _isDisposed;

        public DateTimeOffset Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            // When a periodic timer fires next is not known here, and nothing has one.
            ArgumentOutOfRangeException.ThrowIfNotEqual(period, Timeout.InfiniteTimeSpan);
            DateTimeOffset now = clock.GetUtcNow();
            lock (clock._gate)
            {
                clock._timers.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan && !_isDisposed)
                {
                    Due = now + dueTime;
                    clock._timers.Add(this);
                }
            }

            // Outside the lock: a timer that is due already fires in here.
            return inner.Change(dueTime, period);
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                _isDisposed = true;
                clock._timers.Remove(this);
            }

            inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
