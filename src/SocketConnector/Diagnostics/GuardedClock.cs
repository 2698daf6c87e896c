namespace SocketConnector.Diagnostics;

/// <summary>
/// A user's clock, kept from harming the relay: where it throws, the system's stands in, so that deadlines still pass. Tells of the
/// first failure.
/// </summary>
internal sealed class GuardedClock : TimeProvider
{
    private readonly TimeProvider _inner;
    private Exception? _failure;
    private Action<Exception>? _report;
    private long _last;
    private long _systemAtLast;

    private GuardedClock(TimeProvider inner)
    {
        _inner = inner;
        TimestampFrequency = Try(static clock => clock.TimestampFrequency, static () => 0);
        if (TimestampFrequency <= 0)
        {
            // Nothing can be measured by it, and timestamps of two clocks do not mix.
            _inner = System;
            TimestampFrequency = System.TimestampFrequency;
        }
    }

    public override long TimestampFrequency { get; }

    public override TimeZoneInfo LocalTimeZone => Try(static clock => clock.LocalTimeZone, static () => TimeZoneInfo.Utc);

    /// <summary>The system's own needs no guard, and costs none.</summary>
    public static TimeProvider Of(TimeProvider clock) => clock == System ? clock : new GuardedClock(clock);

    /// <summary>Reports the first failure, now if it has happened already.</summary>
    public void ReportTo(Action<Exception> report)
    {
        Interlocked.Exchange(ref _report, report);
        Report();
    }

    public override DateTimeOffset GetUtcNow() => Try(static clock => clock.GetUtcNow(), System.GetUtcNow);

    public override long GetTimestamp()
    {
        // What the system's clock has gone on since the last answer is added to that: timestamps of two clocks do not mix.
        long system = System.GetTimestamp();
        long now = Try(
            static clock => clock.GetTimestamp(),
            () => Volatile.Read(ref _last) + (long)(System.GetElapsedTime(Volatile.Read(ref _systemAtLast), system).TotalSeconds * TimestampFrequency));
        Volatile.Write(ref _last, now);
        Volatile.Write(ref _systemAtLast, system);
        return now;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new GuardedTimer(
            this,
            Try(clock => clock.CreateTimer(callback, state, dueTime, period), () => System.CreateTimer(callback, state, dueTime, period)),
            () => System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));

    private T Try<T>(Func<TimeProvider, T> ask, Func<T> otherwise)
    {
        try
        {
            return ask(_inner);
        }
        catch (Exception error)
        {
            Tell(error);
            return otherwise();
        }
    }

    private void Tell(Exception error)
    {
        if (Interlocked.CompareExchange(ref _failure, error, null) is null)
        {
            Report();
        }
    }

    private void Report()
    {
        if (Volatile.Read(ref _failure) is { } failure)
        {
            Interlocked.Exchange(ref _report, null)?.Invoke(failure);
        }
    }

    private sealed class GuardedTimer(GuardedClock clock, ITimer inner, Func<ITimer> otherwise) : ITimer
    {
        private ITimer _inner = inner;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            try
            {
                return Volatile.Read(ref _inner).Change(dueTime, period);
            }
            catch (Exception error)
            {
                clock.Tell(error);
                ITimer standIn = otherwise();
                Volatile.Write(ref _inner, standIn);
                return standIn.Change(dueTime, period);
            }
        }

        public void Dispose()
        {
            try
            {
                Volatile.Read(ref _inner).Dispose();
            }
            catch (Exception error)
            {
                clock.Tell(error);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
