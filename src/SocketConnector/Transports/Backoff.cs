namespace SocketConnector.Transports;

/// <summary>Waits that double, with chance in them, so that what failed together does not try again together. Pure.</summary>
internal static class Backoff
{
    /// <summary>The longest wait before a retry; a longer first one is kept to.</summary>
    public static readonly TimeSpan MaxBeforeRetry = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan _firstRest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _longestRest = TimeSpan.FromSeconds(30);

    /// <summary>Before a retry: anything from nothing to the doubled delay ("full jitter"), since there is a client that waits.</summary>
    /// <param name="delay">At most, before the first.</param>
    /// <param name="earlier">How many retries there were.</param>
    /// <param name="chance">From 0 to 1.</param>
    public static TimeSpan BeforeRetry(TimeSpan delay, int earlier, double chance) =>
        Doubled(delay, earlier, delay > MaxBeforeRetry ? delay : MaxBeforeRetry) * chance;

    /// <summary>For a target that failed: from half of the doubled second to all of it, so that it does rest.</summary>
    /// <param name="failures">In a row, at least one.</param>
    /// <param name="chance">From 0 to 1.</param>
    public static TimeSpan OfTarget(int failures, double chance) => Doubled(_firstRest, failures - 1, _longestRest) * (0.5 + (chance / 2));

    private static TimeSpan Doubled(TimeSpan first, int times, TimeSpan most) =>
        TimeSpan.FromTicks((long)Math.Min(first.Ticks * Math.Pow(2, times), most.Ticks));
}
