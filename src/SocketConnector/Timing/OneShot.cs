namespace SocketConnector.Timing;

/// <summary>Timers that fire once each time they are set.</summary>
internal static class OneShot
{
    public static ITimer Create(TimeProvider time, TimerCallback callback, object state) =>
        time.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Sets the timer anew, to fire at once where the time has passed: 1 ms ago would be <see cref="Timeout.InfiniteTimeSpan"/>.</summary>
    /// <param name="timer">The timer.</param>
    /// <param name="wait">The system's timers cut off what is no whole millisecond, so theirs is rounded up; a user's may count more finely.</param>
    /// <param name="time">Who has made it.</param>
    public static void SetIn(this ITimer timer, TimeSpan wait, TimeProvider time)
    {
        wait = time == TimeProvider.System ? InWholeMilliseconds(wait) : wait;
        timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    public static void Unset(this ITimer timer) => timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>As the system's timers count: one set in less would fire a moment early, and be set again.</summary>
    public static TimeSpan InWholeMilliseconds(TimeSpan wait) => TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(0, wait.TotalMilliseconds)));
}
