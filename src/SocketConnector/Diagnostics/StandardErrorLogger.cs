using Microsoft.Extensions.Logging;

namespace SocketConnector.Diagnostics;

/// <summary>Where messages go when the user names no logger: a plain line each on standard error, traffic coloured on a terminal.</summary>
/// <param name="time">For the time of day in front of each line.</param>
/// <param name="name">The connector's, which follows the time where it has one.</param>
/// <param name="patienceWithTraffic">How long traffic waits for room. Nothing else waits.</param>
internal sealed class StandardErrorLogger(TimeProvider time, string? name, TimeSpan patienceWithTraffic) : ILogger
{
    /// <summary>Where traffic is asked for, all of it is wanted: it waits for its reader, but for one that reads nothing at all not for ever.</summary>
    public static TimeSpan PatienceWithTraffic { get; } = TimeSpan.FromSeconds(1);

    private const string Green = "\e[92m";
    private const string Red = "\e[91m";
    private const string Plain = "\e[0m";

    private readonly bool _coloured = StandardErrorLines.AreColoured;
    private long _lost;

    /// <summary>How many messages found no room.</summary>
    public long Lost => Volatile.Read(ref _lost);

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Debug;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        TimeSpan patience = IsTraffic(eventId) ? patienceWithTraffic : TimeSpan.Zero;
        string line = Line(TimeStamp.Of(time.GetLocalNow(), name), logLevel, eventId, formatter(state, exception), exception, _coloured);
        if (!StandardErrorLines.OfProcess.TryAdd(line, patience))
        {
            Interlocked.Increment(ref _lost);
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <param name="head">What stands in front of every line.</param>
    /// <param name="level">How grave it is.</param>
    /// <param name="id">Which message.</param>
    /// <param name="message">The message.</param>
    /// <param name="exception">What it is about, in lines of its own.</param>
    /// <param name="coloured">Whether traffic is.</param>
    internal static string Line(string head, LogLevel level, EventId id, string message, Exception? exception, bool coloured)
    {
        if (id.Id == ConnectorLog.TrafficAsJson)
        {
            // For a program: an object a line, which has the time and the name in it.
            return $"{message}\n";
        }

        string weight = level switch { LogLevel.Warning => "warning: ", LogLevel.Error or LogLevel.Critical => "error: ", _ => "" };
        string? colour = !coloured ? null : id.Id switch { ConnectorLog.TrafficAToB => Green, ConnectorLog.TrafficBToA => Red, _ => null };
        string text = LegibleText.Of(message);
        return colour is null ? $"{head} {weight}{text}{Cause(exception)}\n" : $"{head} {colour}{text}{Plain}\n";
    }

    /// <summary>An exception has several lines; those after the first are indented, so that none of them passes for a message.</summary>
    private static string Cause(Exception? exception) =>
        exception is null ? "" : $": {string.Join("\n    ", exception.ToString().Split('\n').Select(LegibleText.Of))}";

    private static bool IsTraffic(EventId id) => id.Id is >= ConnectorLog.TrafficAToB and <= ConnectorLog.TrafficAsJson;
}
