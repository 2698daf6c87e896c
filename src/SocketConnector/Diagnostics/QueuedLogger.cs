using Microsoft.Extensions.Logging;

namespace SocketConnector.Diagnostics;

/// <summary>
/// A user's logger, called on the thread pool alone: made, asked whether it wants a message, and given it. A message that it fails
/// on, or falls too far behind for, is lost and counted. Says no at once to anything under a level, so that nothing is queued in vain.
/// </summary>
internal sealed class QueuedLogger(Func<ILogger> make, LogLevel least, TellingQueue queue, TimeSpan patience) : ILostMessages
{
    private ILogger? _inner;
    private long _lost;

    public long Lost => Volatile.Read(ref _lost);

    /// <summary>What each message is given besides; none where the connector has no name.</summary>
    public NameScope? Scope { get; init; }

    private ILogger Inner => _inner ??= make();

    public bool IsEnabled(LogLevel logLevel) => logLevel >= least;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        queue.TryAdd(new Message<TState>(this, logLevel, eventId, state, exception, formatter), patience);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    private sealed class Message<TState>(
        QueuedLogger logger, LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> formatter) : Telling
    {
        public override void Tell()
        {
            if (!logger.Inner.IsEnabled(level))
            {
                return;
            }

            // A scope follows the call that begins it, so one for all messages would reach none of them.
            using IDisposable? scope = logger.Scope is { } named ? logger.Inner.BeginScope(named) : null;
            logger.Inner.Log(level, id, state, exception, formatter);
        }

        public override void Lost() => Interlocked.Increment(ref logger._lost);
    }
}
