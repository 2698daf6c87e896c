using Microsoft.Extensions.Logging;

namespace SocketConnector.Diagnostics;

/// <summary>
/// A logger kept from harming the relay: a message it fails on is lost and counted. Says no to anything under a level, so that
/// nothing is formatted in vain.
/// </summary>
/// <param name="inner">Never blocks for long.</param>
/// <param name="least">The lowest level that is told.</param>
internal sealed class GuardedLogger(ILogger inner, LogLevel least) : ILostMessages
{
    private long _lost;

    public long Lost => Volatile.Read(ref _lost);

    public bool IsEnabled(LogLevel logLevel) => logLevel >= least && inner.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            inner.Log(logLevel, eventId, state, exception, formatter);
        }
        catch (Exception)
        {
            // What is to be written may be a user's: the message of an exception, the name of an end point.
            Interlocked.Increment(ref _lost);
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;
}
