using Microsoft.Extensions.Logging;
using SocketConnector.Cli.Events;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.Events;

public sealed class TerminalLogTests
{
    [Theory]
    [InlineData(LogLevel.Warning, "SocketConnector", false)]
    [InlineData(LogLevel.Information, "SocketConnector", true)]
    [InlineData(LogLevel.Warning, "SocketConnector.Traffic", true)]
    public void B60_The_life_of_a_connection_is_told_where_it_is_asked_for_and_traffic_always(LogLevel least, string category, bool isTold)
    {
        var log = new LogCollector();
        using var terminal = new TerminalLog(log.CreateLogger(category), least);
        ILogger logger = terminal.CreateLogger(category);

        Assert.Equal(isTold, logger.IsEnabled(LogLevel.Information));
        Assert.True(logger.IsEnabled(LogLevel.Warning));
    }
}
