using Microsoft.Extensions.Logging;
using SocketConnector.Diagnostics;

namespace SocketConnector.Cli.Events;

/// <summary>
/// Messages for a terminal that shows the events as well: what an event tells in the same words is not told twice.
/// </summary>
/// <param name="standardError">Where they go.</param>
/// <param name="least">The lowest level of what is told; traffic is shown where it is asked for.</param>
internal sealed class TerminalLog(ILogger standardError, LogLevel least) : ILoggerFactory
{
    /// <summary>The web server of the admin channel tells of each connection, and of each that it refuses, as often as a stranger likes.</summary>
    private const string OfWebServer = "Microsoft.";

    /// <summary>Where both outputs are the terminal of a person; elsewhere each output is complete by itself.</summary>
    /// <returns>Nothing where the library's own logger will do.</returns>
    public static ILoggerFactory? Of(ConnectorOptions options) => Console.IsOutputRedirected || Console.IsErrorRedirected
        ? null
        : new TerminalLog(
            new StandardErrorLogger(options.TimeProvider, options.Name, StandardErrorLogger.PatienceWithTraffic), ConnectorLog.Least(options.Verbose));

    /// <summary>All messages, for what has no events.</summary>
    public static ILoggerFactory Whole(ConnectorOptions options) =>
        new TerminalLog(new StandardErrorLogger(options.TimeProvider, options.Name, StandardErrorLogger.PatienceWithTraffic), options.Verbose ? LogLevel.Debug : LogLevel.Warning);

    public ILogger CreateLogger(string categoryName) => new Unrepeated(
        standardError,
        categoryName == ConnectorLog.TrafficCategory ? LogLevel.Information
            : categoryName.StartsWith(OfWebServer, StringComparison.Ordinal) ? LogLevel.Error
            : least);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
        // The contract asks for it; standard error stays open.
    }

    private sealed class Unrepeated(ILogger standardError, LogLevel least) : ILogger
    {
        public bool IsEnabled(LogLevel logLevel) => logLevel >= least && standardError.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!ConnectorLog.IsEvent(eventId.Id))
            {
                standardError.Log(logLevel, eventId, state, exception, formatter);
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;
    }
}
