using Microsoft.Extensions.Logging;

namespace SocketConnector.Admin.Access;

/// <summary>Guards a user's logger: if it throws, the message is lost, and not the request that it is about.</summary>
/// <param name="inner">The user's.</param>
internal sealed class GuardedLog(ILogger inner) : ILogger
{
    public bool IsEnabled(LogLevel logLevel)
    {
        try
        {
            return inner.IsEnabled(logLevel);
        }
        catch (Exception)
        {
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
            // Lost.
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;
}
