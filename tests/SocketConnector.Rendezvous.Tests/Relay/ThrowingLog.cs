using Microsoft.Extensions.Logging;

namespace SocketConnector.Rendezvous.Tests.Relay;

/// <summary>A user's log that fails at everything it is told.</summary>
internal sealed class ThrowingLog : ILoggerFactory, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("there are none");

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        throw new InvalidOperationException("the log fails");

    public void Dispose()
    {
        // Nothing is held; the factory's contract asks for it.
    }
}
