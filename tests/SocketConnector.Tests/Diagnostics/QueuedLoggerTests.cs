using Microsoft.Extensions.Logging;
using SocketConnector.Diagnostics;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Diagnostics;

public sealed class QueuedLoggerTests
{
    private readonly ManualClock _clock = new();
    private readonly TellingQueue _queue = new(most: 100);
    private readonly Filtered _user = new();
    private readonly Peer _peer = new(Side.A, default, default, default);
    private readonly QueuedLogger _log;

    public QueuedLoggerTests() => _log = new QueuedLogger(() => _user, _clock, _queue, TimeSpan.Zero);

    [Fact]
    public async Task B60_An_unwanted_level_is_asked_about_once_a_second_and_nothing_of_it_is_queued_or_formatted()
    {
        for (int i = 0; i < 10; i++)
        {
            await TellAsync(LogLevel.Information);
        }

        Assert.Equal((1, 0, 0), (_user.Asked, _user.Told, _user.Formatted));
        _clock.Advance(QueuedLogger.Memory - TimeSpan.FromTicks(1));
        Assert.False(_log.IsEnabled(LogLevel.Information));
        _clock.Advance(TimeSpan.FromTicks(1));
        await TellAsync(LogLevel.Information);
        await TellAsync(LogLevel.Information);
        Assert.Equal((2, 0, 0), (_user.Asked, _user.Told, _user.Formatted));
        Assert.Equal(0, _log.Lost);
    }

    [Fact]
    public async Task B60_A_filter_that_is_changed_while_it_runs_is_obeyed_at_once_where_it_refuses_and_within_a_second_where_it_allows()
    {
        await TellAsync(LogLevel.Information);
        _user.Least = LogLevel.Information;
        _clock.Advance(QueuedLogger.Memory);
        await TellAsync(LogLevel.Information);
        await TellAsync(LogLevel.Information);
        Assert.Equal(2, _user.Told);

        _user.Least = LogLevel.Warning;
        await TellAsync(LogLevel.Information);
        Assert.Equal((2, 2), (_user.Told, _user.Formatted));
    }

    [Fact]
    public async Task B60_Each_level_is_asked_about_by_itself()
    {
        await TellAsync(LogLevel.Information);
        await TellAsync(LogLevel.Warning);
        await TellAsync(LogLevel.Error);
        Assert.Equal((3, 2), (_user.Asked, _user.Told));
        Assert.Equal((false, true), (_log.IsEnabled(LogLevel.Information), _log.IsEnabled(LogLevel.Warning)));
    }

    private async Task TellAsync(LogLevel level)
    {
        var cause = new Cause(CloseReason.Aborted, null);
        _log.NotJoined(level, _peer, cause, "detail");
        await _queue.DrainedAsync().InTimeAsync();
    }

    private sealed class Filtered : ILogger
    {
        public LogLevel Least { get; set; } = LogLevel.Warning;

        public int Asked { get; private set; }

        public int Told { get; private set; }

        public int Formatted { get; private set; }

        public bool IsEnabled(LogLevel logLevel)
        {
            Asked++;
            return logLevel >= Least;
        }

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Told++;
            Formatted += formatter(state, exception).Length > 0 ? 1 : 0;
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;
    }
}
