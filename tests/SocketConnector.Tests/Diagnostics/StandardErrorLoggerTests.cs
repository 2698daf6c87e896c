using Microsoft.Extensions.Logging;
using SocketConnector.Diagnostics;

namespace SocketConnector.Tests.Diagnostics;

public sealed class StandardErrorLoggerTests
{
    private static readonly DateTimeOffset _now = new(2026, 1, 2, 3, 4, 5, 6, TimeSpan.Zero);

    [Theory]
    [InlineData(LogLevel.Information, "2026-01-02 03:04:05.006 ")]
    [InlineData(LogLevel.Warning, "2026-01-02 03:04:05.006 warning: ")]
    [InlineData(LogLevel.Error, "2026-01-02 03:04:05.006 error: ")]
    public void A_message_is_one_line_whatever_a_peer_or_a_verifier_puts_into_it(LogLevel level, string before) => Assert.Equal(
        $"{before}A unix:/x\\n03:04:05.006 #9 closed\\x1b[2J\\u202e\n",
        StandardErrorLogger.Line(TimeStamp.Of(_now), level, new EventId(13), "A unix:/x\n03:04:05.006 #9 closed\e[2J\u202e", null, coloured: false));

    [Fact]
    public void An_exception_has_lines_of_its_own_and_none_that_passes_for_a_message()
    {
        var error = new InvalidOperationException("bad\n03:04:05.006 #9 joined\e[2J");
        string line = StandardErrorLogger.Line(TimeStamp.Of(_now), LogLevel.Error, new EventId(33), "A fault", error, coloured: false);
        Assert.Equal("2026-01-02 03:04:05.006 error: A fault: System.InvalidOperationException: bad\n    03:04:05.006 #9 joined\\x1b[2J\n", line);
    }

    [Fact]
    public void Traffic_on_a_terminal_is_coloured_by_nobody_else() => Assert.Equal(
        "2026-01-02 03:04:05.006 \e[92mA -> B #1 x\\x1b[0m\e[0m\n",
        StandardErrorLogger.Line(TimeStamp.Of(_now), LogLevel.Information, new EventId(ConnectorLog.TrafficAToB), "A -> B #1 x\e[0m", null, coloured: true));

    [Theory]
    [InlineData(LogLevel.Information, 20, "2026-01-02 03:04:05.006 [db] text\n")]
    [InlineData(LogLevel.Warning, 20, "2026-01-02 03:04:05.006 [db] warning: text\n")]
    [InlineData(LogLevel.Information, ConnectorLog.TrafficAToB, "2026-01-02 03:04:05.006 [db] \e[92mtext\e[0m\n")]
    public void The_name_of_a_connector_stands_behind_the_time(LogLevel level, int id, string line) => Assert.Equal(
        line, StandardErrorLogger.Line(TimeStamp.Of(_now, "db"), level, new EventId(id), "text", null, coloured: true));
}
