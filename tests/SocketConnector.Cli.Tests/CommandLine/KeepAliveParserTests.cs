using SocketConnector.Cli.CommandLine;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.Tests.CommandLine;

public sealed class KeepAliveParserTests
{
    [Theory]
    [InlineData("60s,10s,5", 60, 10, 5)]
    [InlineData("60,10,5", 60, 10, 5)]
    [InlineData("1m,2s,1", 60, 2, 1)]
    [InlineData("2000ms,1,127", 2, 1, 127)]
    [InlineData("32767,32767,127", 32_767, 32_767, 127)]
    public void Keep_alive_is_idle_interval_count(string text, int idle, int interval, int count)
    {
        Parsed<KeepAliveSetting> parsed = KeepAliveParser.Parse(text);

        Assert.Null(parsed.Error);
        Assert.Equal(new KeepAliveOptions { Idle = TimeSpan.FromSeconds(idle), Interval = TimeSpan.FromSeconds(interval), Count = count }, parsed.Value?.Options);
    }

    [Theory]
    [InlineData("off")]
    [InlineData("none")]
    public void Keep_alive_can_be_off(string text) =>
        Assert.Equal(new Parsed<KeepAliveSetting>(new KeepAliveSetting(null), null), KeepAliveParser.Parse(text));

    [Theory]
    [InlineData("", "does not have three parts")]
    [InlineData("on", "does not have three parts")]
    [InlineData("60,10", "does not have three parts")]
    [InlineData("60,10,5,1", "does not have three parts")]
    [InlineData("0,10,5", "the idle time '0' must be whole seconds")]
    [InlineData("1.5s,10,5", "the idle time '1.5s' must be whole seconds")]
    [InlineData("none,10,5", "the idle time 'none' must be whole seconds")]
    [InlineData("60,x,5", "the interval 'x' must be whole seconds")]
    [InlineData("60,32768,5", "the interval '32768' must be whole seconds")]
    [InlineData("60,10,", "the count '' must be a number from 1 to 127")]
    [InlineData("60,10,128", "the count '128' must be a number from 1 to 127")]
    public void B71_Bad_keep_alive_is_refused_with_the_part_that_is_wrong(string text, string expected)
    {
        string? error = KeepAliveParser.Parse(text).Error;

        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.EndsWith("write IDLE,INTERVAL,COUNT such as 60s,10s,5, or off", error, StringComparison.Ordinal);
    }
}
