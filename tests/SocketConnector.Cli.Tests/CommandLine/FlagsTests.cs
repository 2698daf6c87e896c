using System.CommandLine;
using SocketConnector.Cli.CommandLine;

namespace SocketConnector.Cli.Tests.CommandLine;

public sealed class FlagsTests
{
    private static readonly ConnectorOptions _defaults = new() { GracePeriod = Timeout.InfiniteTimeSpan };

    [Fact]
    public void Without_options_the_library_s_defaults_hold_but_for_the_timeout()
    {
        ConnectorOptions options = Options();

        Assert.Equal(_defaults, options);
    }

    [Fact]
    public void Every_option_reaches_the_connector()
    {
        ConnectorOptions options = Options(
            "--name", "the db", "--verbose", "--log-traffic=hex,first=1KiB,last=64,side=B", "--grace-period", "1s", "--connect-timeout", "2s", "--half-close-timeout", "3s",
            "--admission-timeout", "11s", "--pending-timeout", "12s", "--idle-timeout", "13m", "--max-lifetime", "14h", "--bandwidth", "15MiB/s", "--keep-alive", "4,5,6", "--buffer-size", "7KiB", "--engine", "portable");

        var expected = new ConnectorOptions
        {
            Name = "the db",
            Verbose = true,
            LogTraffic = true,
            Traffic = new TrafficOptions { Form = TrafficForm.Hex, First = 1024, Last = 64, Side = Side.B },
            GracePeriod = TimeSpan.FromSeconds(1),
            ConnectTimeout = TimeSpan.FromSeconds(2),
            HalfCloseTimeout = TimeSpan.FromSeconds(3),
            AdmissionTimeout = TimeSpan.FromSeconds(11),
            PendingTimeout = TimeSpan.FromSeconds(12),
            IdleTimeout = TimeSpan.FromMinutes(13),
            MaxLifetime = TimeSpan.FromHours(14),
            Bandwidth = 15 * 1024 * 1024,
            KeepAlive = new KeepAliveOptions { Idle = TimeSpan.FromSeconds(4), Interval = TimeSpan.FromSeconds(5), Count = 6 },
            BufferSize = 7 * 1024,
            Engine = EngineChoice.Portable,
        };
        Assert.Equal(expected, options);
    }

    [Fact]
    public void Keep_alive_off_reaches_the_connector() => Assert.Null(Options("--keep-alive", "off").KeepAlive);

    [Theory]
    [InlineData("--grace-period")]
    [InlineData("--connect-timeout")]
    [InlineData("--half-close-timeout")]
    [InlineData("--admission-timeout")]
    [InlineData("--pending-timeout")]
    [InlineData("--idle-timeout")]
    [InlineData("--max-lifetime")]
    [InlineData("--drain")]
    [InlineData("--keep-alive")]
    [InlineData("--bandwidth")]
    [InlineData("--events")]
    public void None_and_off_are_values_of_every_option_that_can_be_without(string flag)
    {
        ConnectorOptions none = Options(flag, "none"), off = Options(flag, "off");
        ConnectorOptions expected = flag switch
        {
            "--connect-timeout" => _defaults with { ConnectTimeout = Timeout.InfiniteTimeSpan },
            "--half-close-timeout" => _defaults with { HalfCloseTimeout = Timeout.InfiniteTimeSpan },
            "--admission-timeout" => _defaults with { AdmissionTimeout = Timeout.InfiniteTimeSpan },
            "--keep-alive" => _defaults with { KeepAlive = null },
            _ => _defaults,
        };
        Assert.Equal((expected, expected), (none, off));
    }

    private static ConnectorOptions Options(params string[] arguments)
    {
        var flags = new Flags();
        var root = new RootCommand();
        foreach (Option flag in flags.All)
        {
            root.Options.Add(flag);
        }

        ParseResult line = root.Parse(arguments);
        Assert.Empty(line.Errors);
        return flags.ToConnectorOptions(line);
    }
}
