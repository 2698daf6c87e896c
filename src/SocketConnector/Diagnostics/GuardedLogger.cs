using Microsoft.Extensions.Logging;

namespace SocketConnector.Diagnostics;

/// <summary>
/// The user's logger, kept from harming the relay: a message it fails on is lost and counted. Says no to anything under a
/// warning unless the connector was asked to tell, so that nothing is formatted in vain.
/// </summary>
internal sealed class GuardedLogger(ILogger inner, LogLevel least) : ILogger
{
    private long _lost;

    public long Lost => Volatile.Read(ref _lost);

    public bool IsEnabled(LogLevel logLevel)
    {
        if (logLevel < least)
        {
            return false;
        }

        try
        {
            return inner.IsEnabled(logLevel);
        }
        catch (Exception)
        {
            Interlocked.Increment(ref _lost);
            return false;
        }
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            inner.Log(logLevel, eventId, state, exception, formatter);
        }
        catch (Exception)
        {
            Interlocked.Increment(ref _lost);
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;
}
