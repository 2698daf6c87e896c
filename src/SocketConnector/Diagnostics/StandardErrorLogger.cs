using Microsoft.Extensions.Logging;

namespace SocketConnector.Diagnostics;

/// <summary>Where messages go when the user names no logger: a plain line each on standard error, traffic coloured on a terminal.</summary>
internal sealed class StandardErrorLogger : ILogger
{
    private const string Green = "\e[92m";
    private const string Red = "\e[91m";
    private const string Plain = "\e[0m";

    // Who wants to see the traffic wants to see all of it, and lets it wait for the reader; for one that reads nothing at all, not for ever.
    private static readonly TimeSpan _patienceWithTraffic = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly TimeSpan _patience;
    private readonly bool _coloured = StandardErrorLines.AreColoured;
    private long _lost;

    public StandardErrorLogger(TimeProvider time, bool showsTraffic) =>
        (_time, _patience) = (time, showsTraffic ? _patienceWithTraffic : TimeSpan.Zero);

    /// <summary>How many messages found no room.</summary>
    public long Lost => Volatile.Read(ref _lost);

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        string line = Line(_time.GetLocalNow(), logLevel, eventId, formatter(state, exception), exception, _coloured);
        if (!StandardErrorLines.OfProcess.TryAdd(line, _patience))
        {
            Interlocked.Increment(ref _lost);
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    internal static string Line(DateTimeOffset now, LogLevel level, EventId id, string message, Exception? exception, bool coloured)
    {
        string weight = level switch { LogLevel.Warning => "warning: ", LogLevel.Error or LogLevel.Critical => "error: ", _ => "" };
        string cause = exception is null ? "" : $": {exception}";
        string stamp = TimeStamp.Of(now);
        string? colour = !coloured ? null : id.Id switch { ConnectorLog.TrafficAToB => Green, ConnectorLog.TrafficBToA => Red, _ => null };
        return colour is null ? $"{stamp} {weight}{message}{cause}\n" : $"{stamp} {colour}{message}{Plain}\n";
    }
}
