namespace SocketConnector.Loops;

/// <summary>
/// The threads that the runtime starts once, when they are first needed, and ends the process if it cannot: its timers', and the one
/// that adds workers to its pool and tries again where that failed. Started early, they are there when no thread can be.
/// </summary>
internal static class RuntimeThreads
{
    private static readonly Lazy<Timer> _first = new(Make, LazyThreadSafetyMode.PublicationOnly);

    /// <summary>A timer that is due starts both.</summary>
    public static void Start() => _ = _first.Value;

    private static Timer MakeTimer() => new(static _ => { }, null, dueTime: 1, Timeout.Infinite);

    private static Timer Make()
    {
        if (ExecutionContext.IsFlowSuppressed())
        {
            return MakeTimer();
        }

        // Nothing of the first caller's is kept for it.
        using (ExecutionContext.SuppressFlow())
        {
            return MakeTimer();
        }
    }
}
