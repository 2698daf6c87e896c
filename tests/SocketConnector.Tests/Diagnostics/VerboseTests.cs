using Microsoft.Extensions.Logging;
using SocketConnector.Diagnostics;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Diagnostics;

public sealed class VerboseTests
{
    [Theory]
    [MemberData(nameof(Modes.All), MemberType = typeof(Modes))]
    public async Task B60_The_life_of_a_connection_is_told_with_its_id_and_both_end_points(Mode mode)
    {
        var log = new LogCollector();
        await using RelayedPair pair = await RelayedPair.StartAsync(
            mode, new ConnectorOptions { GracePeriod = Timeout.InfiniteTimeSpan, LoggerFactory = log });
        string a = $"A {pair.A.LocalEndPoint}", b = $"B {pair.B.LocalEndPoint}";

        await pair.A.WriteAsync("12345");
        pair.A.EndHalf();
        await pair.B.ReadToEndAsync();
        pair.B.Dispose();
        await pair.A.ReadToEndAsync();

        LogEntry closed = await log.FirstAsync($"#{pair.Connection.Id} closed: completed by side A");
        Assert.Contains($"{a} and {b}, 5 bytes A to B, 0 bytes B to A, ", closed.Message, StringComparison.Ordinal);
        string[] story = [$"{a} connected", $"{b} connected", $"#{pair.Connection.Id} joined {a} and {b}", $"#{pair.Connection.Id} side A ended its half; {a} and {b}"];
        Assert.All(story, line => Assert.Contains(line, log.Text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B60_A_filter_at_warnings_has_nothing_else_formatted_verbose_or_not(bool isVerbose)
    {
        var log = new LogCollector(LogLevel.Warning);
        long id;
        await using (RelayedPair pair = await RelayedPair.StartAsync(
            Mode.ServerToServer, new ConnectorOptions { GracePeriod = Timeout.InfiniteTimeSpan, Verbose = isVerbose, LoggerFactory = log }))
        {
            await pair.A.WriteAsync("12345");
            await pair.B.ReadTextAsync(5);
            pair.A.Reset();
            await pair.Connection.Completion.InTimeAsync();
            id = pair.Connection.Id;
        }

        LogEntry only = Assert.Single(log.Entries);
        Assert.Equal(LogLevel.Warning, only.Level);
        Assert.StartsWith($"#{id} closed: reset by side A; A ", only.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, LogLevel.Warning)]
    [InlineData(true, LogLevel.Debug)]
    public void B60_On_standard_error_verbose_decides(bool isVerbose, LogLevel least)
    {
        var observer = new Observer(new ConnectorOptions { Verbose = isVerbose, LogTraffic = true });

        Assert.All(Enum.GetValues<LogLevel>(), level => Assert.Equal(level >= least, observer.Log.IsEnabled(level)));
        Assert.True(observer.Traffic!.IsEnabled(LogLevel.Information));
        Assert.Equal(isVerbose, observer.IsTelling);
    }

    [Fact]
    public async Task B60_A_logger_that_throws_costs_its_messages_and_nothing_else()
    {
        var options = new ConnectorOptions { GracePeriod = Timeout.InfiniteTimeSpan, LogTraffic = true, LoggerFactory = new ThrowingFactory() };
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToSocket, options);

        await pair.A.WriteAsync("request");
        Assert.Equal("request", await pair.B.ReadTextAsync(7));
        pair.A.EndHalf();
        await pair.B.ReadToEndAsync();
        pair.B.Dispose();

        Assert.Equal(CloseReason.Completed, (await pair.Connection.Completion.InTimeAsync()).Reason);
        await Eventually.TrueAsync(() => pair.Connector.GetStats().LostLogMessages > 0);
    }

    private sealed class ThrowingFactory : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new IOException("the disk is full");

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose()
        {
            // The contract asks for it; nothing is held.
        }
    }
}
