using System.Globalization;
using SocketConnector.Diagnostics;

namespace SocketConnector.Loops;

/// <summary>
/// What an event loop does with an unhandled exception: it has many connections to see to, so one is given up
/// and the others go on. Reported on standard error, because a loop serves many connectors and belongs to none.
/// </summary>
internal static class LoopFault
{
    // A fault that comes back with every event is told often enough.
    private const long BetweenReports = 1000;

    private static long _reported = -BetweenReports;
    private static long _untold;

    public static void Handle(Exception error, Action<Exception> end)
    {
        try
        {
            end(error);
        }
        catch (Exception further)
        {
            // Nothing is left to try; both are worth telling.
            error = new AggregateException(error, further);
        }

        Report(error);
    }

    private static void Report(Exception error)
    {
        long now = Environment.TickCount64;
        long before = Volatile.Read(ref _reported);
        if (now - before < BetweenReports || Interlocked.CompareExchange(ref _reported, now, before) != before)
        {
            Interlocked.Increment(ref _untold);
            return;
        }

        long untold = Interlocked.Exchange(ref _untold, 0);
        string more = untold == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" (and {untold} before it that were not told)");
        try
        {
            StandardErrorLines.OfProcess.TryAdd($"error: A fault of the connector itself, please report it{more}: {error}\n");
        }
        catch (Exception)
        {
            // Standard error is closed or broken: the loop goes on, untold.
        }
    }
}
