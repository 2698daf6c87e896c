using Microsoft.Extensions.Logging;
using SocketConnector.Diagnostics;

namespace SocketConnector.Rendezvous;

/// <summary>Guards a user's clock: where it throws the system's stands in, and the log says so once.</summary>
internal static partial class ClockGuard
{
    public static TimeProvider Of(TimeProvider clock, ILogger log)
    {
        TimeProvider guarded = GuardedClock.Of(clock);
        (guarded as GuardedClock)?.ReportTo(error => log.ClockFailed(error.Message));
        return guarded;
    }

    [LoggerMessage(240, LogLevel.Warning, "The TimeProvider failed; the system's clock stands in where it does: {Error}")]
    private static partial void ClockFailed(this ILogger log, string error);
}
