using System.Net;
using SocketConnector.Cli.CommandLine;
using SocketConnector.Cli.Running;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.Cli.Tests.Sharing;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.Tests.CommandLine;

/// <summary>What <c>join</c> makes of its line, before it meets anybody.</summary>
public sealed class JoinCommandTests : IDisposable
{
    private readonly SecretFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData]
    [InlineData("0")]
    [InlineData("0,backlog=5")]
    [InlineData("127.0.0.2:0,also=0", "127.0.0.2", "127.0.0.1")]
    [InlineData("0.0.0.0:0", "0.0.0.0")]
    public async Task B118_A_port_alone_is_one_of_the_loopback(string? listen = null, string first = "127.0.0.1", string? second = null)
    {
        await using Connector connector = await StartAsync(listen is null ? [Codes.Local] : [Codes.Local, listen]);

        string[] expected = second is null ? [first] : [first, second];
        Assert.Equal(expected, connector.EndPointsA.Cast<IPEndPoint>().Select(endPoint => endPoint.Address.ToString()));
    }

    [Theory]
    [InlineData("CODE stdio: --json", "so there are no events; remove --json")]
    [InlineData("CODE stdio:,bandwidth=1MiB/s --json", "so there are no events; remove --json")]
    [InlineData("CODE stdio: --events all", "so there are no events; remove --events")]
    [InlineData("CODE stdio:,auth=hmac:stdin:", "no key can be read from it")]
    [InlineData("stdin: stdio:", "no code can be read from it; write file:PATH")]
    [InlineData("CODE stdio: --ticket stdin:", "no ticket can be read from it; write --ticket file:PATH")]
    [InlineData("stdin: 2222 --ticket stdin:", "standard input cannot be both CODE and --ticket; write file:PATH for one of them")]
    [InlineData("stdin: 2222,auth=hmac:stdin:", "standard input cannot be both CODE and auth=")]
    [InlineData("CODE via:127.0.0.1:1,session=stdin: --ticket stdin:", "standard input cannot be both --ticket and session=")]
    [InlineData("2222 CODE", "LISTEN looks like a code")]
    [InlineData("CODE relay.example", "LISTEN: the port is missing")]
    [InlineData("CODE 2222 --relay-ca ca.pem", "--relay-ca is for a relay that speaks TLS")]
    public void B71_What_does_not_go_together_is_told_before_anything_is_read(string arguments, string expected) =>
        Assert.Contains(expected, Plan(arguments.Replace("CODE", Codes.Local, StringComparison.Ordinal).Split(' ')).Error, StringComparison.Ordinal);

    [Fact]
    public void Its_own_streams_have_their_rules_with_options_too()
    {
        RunPlan plan = Plan(Codes.Local, "stdio:,bandwidth=1MiB/s").Value!;

        Assert.Equal((Side.A, TimeSpan.Zero, Timeout.InfiniteTimeSpan), (plan.StdioSide, plan.Drain, plan.Options.HalfCloseTimeout));
    }

    [Fact]
    public void The_keys_and_the_session_of_where_it_listens_are_read()
    {
        Assert.Contains("cannot read '/no/such/file'", Plan(Codes.Local, "2222,auth=hmac:file:/no/such/file").Error, StringComparison.Ordinal);
        Assert.Contains("cannot read '/no/such/file'", Plan(Codes.Local, "via:127.0.0.1:1,session=file:/no/such/file").Error, StringComparison.Ordinal);
        Assert.Null(Plan(Codes.Local, $"2222,auth=hmac:{_files.Add("keys", "a secret of enough bytes")}").Error);
        Assert.Null(Plan(Codes.Local, $"via:127.0.0.1:1,session={_files.Add("session", "a secret of enough bytes")}").Error);
    }

    [Fact]
    public void B100_Files_that_others_may_read_are_warned_of()
    {
        string code = _files.Add("code", Codes.Local, isForAll: true), ticket = _files.Add("ticket", "eyJ", isForAll: true), keys = _files.Add("keys", "a secret of enough bytes", isForAll: true);

        IReadOnlyList<string> warnings = Plan(code, $"2222,auth=hmac:{keys}", "--ticket", ticket).Value!.Warnings;

        Assert.Equal(3, warnings.Count(warning => warning.Contains("other users may read", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_ticket_that_is_sent_in_the_clear_is_warned_of()
    {
        string ticket = _files.Add("ticket", "eyJ");

        Assert.Equal(
            ["warning: the ticket and the session's name are sent to relay.example:7000 without TLS; ask for a code that was made with --via RELAY,relay-tls"],
            Plan(Codes.Distant, "--ticket", ticket).Value!.Warnings);
        Assert.Empty(Plan(Codes.DistantByTls, "--ticket", ticket).Value!.Warnings);
        Assert.Empty(Plan(Codes.Local, "--ticket", ticket).Value!.Warnings);
        Assert.Empty(Plan(Codes.Distant).Value!.Warnings);
    }

    private static Parsed<RunPlan> Plan(params IEnumerable<string> arguments)
    {
        var line = EntryPoint.Parse(["join", .. arguments]);
        Assert.False(Mistake.IsIn(line), "the parser has found a mistake");
        return ((JoinCommand)line.CommandResult.Command).Plan(line);
    }

    private static Task<Connector> StartAsync(params IEnumerable<string> arguments)
    {
        RunPlan plan = Plan(arguments).Value!;
        return plan.Start(plan.Options, TestContext.Current.CancellationToken);
    }
}
