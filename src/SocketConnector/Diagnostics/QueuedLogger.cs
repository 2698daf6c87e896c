using Microsoft.Extensions.Logging;

namespace SocketConnector.Diagnostics;

/// <summary>
/// A user's logger, called on the thread pool alone: made, asked whether it wants a message, and given it. Its filter decides, and
/// nothing else. A message that it fails on, or falls too far behind for, is lost and counted.
/// </summary>
/// <param name="make">Makes it.</param>
/// <param name="time">The connector's clock.</param>
/// <param name="queue">Where its messages wait.</param>
/// <param name="patience">How long a message waits for room there.</param>
internal sealed class QueuedLogger(Func<ILogger> make, TimeProvider time, TellingQueue queue, TimeSpan patience) : ILostMessages
{
    /// <summary>
    /// How long an unwanted level is taken for unwanted. The filter cannot be asked where messages arise, which may be an event loop; and
    /// to queue each message only to ask would cost every connection several work items where the filter wants none.
    /// </summary>
    internal static readonly TimeSpan Memory = TimeSpan.FromSeconds(1);

    // By level, a timestamp; 0 for one that is wanted, or was never asked about.
    private readonly long[] _unwantedUntil = new long[(int)LogLevel.None + 1];
    private readonly long _memory = (long)(Memory.TotalSeconds * time.TimestampFrequency);
    private ILogger? _inner;
    private long _lost;

    public long Lost => Volatile.Read(ref _lost);

    /// <summary>What each message is given besides; none where the connector has no name.</summary>
    public NameScope? Scope { get; init; }

    private ILogger Inner => _inner ??= make();

    /// <summary>Whether the filter wants it, as far as is known; it is asked once more, on the thread pool, before anything is formatted.</summary>
    public bool IsEnabled(LogLevel logLevel) =>
        Volatile.Read(ref _unwantedUntil[(int)logLevel]) is var until && (until == 0 || time.GetTimestamp() >= until);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        queue.TryAdd(new Message<TState>(this, logLevel, eventId, state, exception, formatter), patience);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    private bool AskWhetherWanted(LogLevel level)
    {
        bool isWanted = Inner.IsEnabled(level);
        Volatile.Write(ref _unwantedUntil[(int)level], isWanted ? 0 : time.GetTimestamp() + _memory);
        return isWanted;
    }

    private sealed class Message<TState>(
        QueuedLogger logger, LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> formatter) : Telling
    {
        public override void Tell()
        {
            if (!logger.AskWhetherWanted(level))
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
