using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace SocketConnector.Diagnostics;

/// <summary>Where messages go when the user names no logger: a plain line each on standard error, traffic coloured on a terminal.</summary>
[SuppressMessage("ApiDesign", "RS0030", Justification = "This is the one place that writes to standard error.")]
internal sealed class StandardErrorLogger : ILogger
{
    private const string Green = "\e[92m";
    private const string Red = "\e[91m";
    private const string Plain = "\e[0m";

    private static readonly Lock _turn = new();
    private readonly Stream _standardError = Console.OpenStandardError();
    private readonly TimeProvider _time;
    private readonly bool _coloured;

    public StandardErrorLogger(TimeProvider time)
        : this(time, ColourWanted())
    {
    }

    private StandardErrorLogger(TimeProvider time, bool coloured) => (_time, _coloured) = (time, coloured);

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        string line = Line(_time.GetLocalNow(), logLevel, eventId, formatter(state, exception), exception, _coloured);
        lock (_turn)
        {
            _standardError.Write(Encoding.UTF8.GetBytes(line));
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    internal static string Line(DateTimeOffset now, LogLevel level, EventId id, string message, Exception? exception, bool coloured)
    {
        string weight = level switch { LogLevel.Warning => "warning: ", LogLevel.Error or LogLevel.Critical => "error: ", _ => "" };
        string cause = exception is null ? "" : $": {exception}";
        string stamp = now.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
        string? colour = !coloured ? null : id.Id switch { ConnectorLog.TrafficAToB => Green, ConnectorLog.TrafficBToA => Red, _ => null };
        return colour is null ? $"{stamp} {weight}{message}{cause}\n" : $"{stamp} {colour}{message}{Plain}\n";
    }

    /// <summary>Colour on a terminal only, and never where NO_COLOR is set (no-color.org).</summary>
    private static bool ColourWanted() =>
        !Console.IsErrorRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") != "dumb";
}
