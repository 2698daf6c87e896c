using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace SocketConnector.TestKit;

/// <summary>Keeps every message, so that a test can ask for it and a failure can show it.</summary>
public sealed class LogCollector(LogLevel least = LogLevel.Trace) : ILoggerFactory
{
    private readonly ConcurrentQueue<LogEntry> _entries = new();
    private readonly AsyncLocal<object?> _scope = new();
    private readonly LogLevel _least = least;

    public IReadOnlyCollection<LogEntry> Entries => _entries;

    public string Text => string.Join('\n', _entries.Select(entry => $"{entry.Level} {entry.Category} {entry.Id} {entry.Message}"));

    public Task<LogEntry> FirstAsync(string containing) => FirstAsync(entry => entry.Message.Contains(containing, StringComparison.Ordinal), $"a message with '{containing}'");

    public async Task<LogEntry> FirstAsync(Func<LogEntry, bool> wanted, string what)
    {
        await Eventually.TrueAsync(() => _entries.Any(wanted), explain: () => $"{what}. The log:\n{Text}");
        return _entries.First(wanted);
    }

    public ILogger CreateLogger(string categoryName) => new Collecting(this, categoryName);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("the collector has no providers");

    public void Dispose()
    {
        // Nothing is held; the factory's contract asks for it.
    }

    private sealed class Collecting(LogCollector collector, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            collector._scope.Value = state;
            return new Scope(collector);
        }

        public bool IsEnabled(LogLevel logLevel) => logLevel >= collector._least;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            collector._entries.Enqueue(new LogEntry(logLevel, category, eventId.Id, formatter(state, exception), exception) { Scope = collector._scope.Value });
    }

    private sealed class Scope(LogCollector collector) : IDisposable
    {
        public void Dispose() => collector._scope.Value = null;
    }
}

/// <summary>One message.</summary>
public sealed record LogEntry(LogLevel Level, string Category, int Id, string Message, Exception? Exception)
{
    /// <summary>The scope that it was told in.</summary>
    public object? Scope { get; init; }
}
