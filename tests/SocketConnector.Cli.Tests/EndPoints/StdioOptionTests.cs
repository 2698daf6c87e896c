using System.CommandLine;
using SocketConnector.Cli.CommandLine;
using SocketConnector.Cli.EndPoints;
using SocketConnector.Cli.Stdio;

namespace SocketConnector.Cli.Tests.EndPoints;

public sealed class StdioOptionTests
{
    [Fact]
    public void Standard_input_and_output_are_a_side_of_either_kind()
    {
        Assert.Same(StandardEndPoint.Instance, EndPointParser.Listen("stdio:").Value!.EndPoint);
        Assert.Same(StandardEndPoint.Instance, EndPointParser.Connect("stdio:").Value!.EndPoint);
        Assert.Equal(64 * 1024, EndPointParser.Connect("stdio:,bandwidth=64KiB/s").Value!.Bandwidth);
        Assert.NotNull(EndPointParser.Listen("stdio:,auth=hmac:env:KEY").Value!.AuthVerifier);
    }

    [Theory]
    [InlineData("stdio:,also=9000", "stdio: cannot be one of several addresses; write it alone")]
    [InlineData("9000,also=stdio:", "stdio: cannot be one of several addresses; write it alone")]
    [InlineData("stdio:,user-timeout=30s", "user-timeout is not for stdio:, which takes auth and bandwidth; remove it")]
    [InlineData("tls:stdio:", "stdio: does not speak TLS; remove tls:, or write it before the address of the other side")]
    [InlineData("stdio:,cert=a.pem", "cert is for TLS")]
    [InlineData("stdio:,nonsense", "'nonsense' is not an option of an end point")]
    [InlineData("Stdio:", "standard input and output are written stdio:")]
    public void B71_What_does_not_go_with_it_is_told(string text, string expected)
    {
        Assert.Contains(expected, EndPointParser.Listen(text).Error, StringComparison.Ordinal);
        Assert.Contains(expected, EndPointParser.Connect(text).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stdio: stdio:", "only one side can be stdio:; choose another for one of them")]
    [InlineData("stdio: 9000 --json", "so there are no events; remove --json")]
    [InlineData("9000 stdio: --events all", "so there are no events; remove --events")]
    [InlineData("9000 stdio: --events none", null)]
    [InlineData("stdio: 9000,auth=hmac:stdin:", "no key can be read from it; write auth=hmac:file:PATH")]
    [InlineData("stdio:,auth=secret:stdin 9000", "no key can be read from it; write auth=hmac:file:PATH")]
    [InlineData("stdio: 9000 --verbose --log-traffic", null)]
    public void B71_What_does_not_go_together_is_told(string arguments, string? expected)
    {
        string[] written = arguments.Split(' ');
        var flags = new Flags();
        ParseResult line = Command(flags).Parse(written);
        ConnectOptions a = EndPointParser.Connect(written[0]).Value!;
        ConnectOptions b = EndPointParser.Connect(written[1]).Value!;
        string? mistake = StdioRules.Mistake(a, b) ?? StdioRules.Mistake(line, flags, written[0], written[1]);
        Assert.Equal(expected is null, mistake is null);
        Assert.Contains(expected ?? "", mistake ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void The_other_side_takes_one_peer_unless_it_says_how_many()
    {
        Assert.Equal(1, StdioRules.Once(EndPointParser.Listen("9000").Value!).AcceptLimit);
        Assert.Equal(3, StdioRules.Once(EndPointParser.Listen("9000,accept-limit=3").Value!).AcceptLimit);
        Assert.Null(StdioRules.Once(EndPointParser.Listen("stdio:").Value!).AcceptLimit);
    }

    private static ModeCommand Command(Flags flags)
    {
        ModeCommand command = Modes.All(flags).Single(static mode => mode.Name == "socket-to-socket");
        foreach (Option flag in flags.All)
        {
            command.Options.Add(flag);
        }

        return command;
    }
}
