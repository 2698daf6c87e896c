using SocketConnector.Cli.CommandLine;
using SocketConnector.Cli.Running;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.Tests.CommandLine;

/// <summary>What <c>share</c> makes of its line, before it reaches the relay.</summary>
public sealed class ShareCommandTests : IDisposable
{
    private const string Distant = "relay.example:7000";

    private readonly SecretFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("22", "--via is missing")]
    [InlineData("stdio: --via 127.0.0.1:7000", "TARGET cannot be stdio:, since standard output has the line for the other person")]
    [InlineData("stdio:,bandwidth=1MiB/s --via 127.0.0.1:7000", "TARGET cannot be stdio:")]
    [InlineData("localhost --via 127.0.0.1:7000", "TARGET: the port is missing")]
    [InlineData("22 --via unix:/run/relay.sock", "write host:7000")]
    [InlineData("22 --via 127.0.0.1:7000,session=file:x", "share makes a secret of its own")]
    [InlineData("22 --via 127.0.0.1:7000,ticket=hunter2", "ticket takes where the ticket is")]
    [InlineData("22 --via 127.0.0.1:7000,tiket=hunter2", "'tiket' is not an option of a relay")]
    [InlineData("22 --via 127.0.0.1:7000,e2e=proof", "the code cannot tell the other person's machine of e2e=; remove it, or use via: end points")]
    [InlineData("22 --via 127.0.0.1:7000,e2e=none", "the code cannot tell the other person's machine of e2e=")]
    [InlineData("22 --via 127.0.0.1:7000,relay-insecure", "the code cannot tell the other person's machine of relay-insecure")]
    [InlineData("22 --via 127.0.0.1:7000,relay-tls,relay-server-name=relay.example", "the code cannot tell the other person's machine of relay-server-name")]
    [InlineData("22 --via 127.0.0.1:7000,relay-cert=site.pem", "the code cannot tell the other person's machine of relay-cert")]
    [InlineData("22 --via 127.0.0.1:7000,relay-pin=sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "the code cannot tell the other person's machine of relay-pin")]
    [InlineData("22 --via [fe80::1%1]:7000", "an address of one link leads nowhere on another")]
    [InlineData("22 --via 127.0.0.1:7000 --qr --json", "--qr draws for people, and --json is for programs; remove one of them")]
    [InlineData("22,auth=hmac:stdin: --via 127.0.0.1:7000,ticket=stdin:", "standard input cannot be both auth= and ticket=; write file:PATH for one of them")]
    [InlineData("via:127.0.0.1:1,session=stdin: --via 127.0.0.1:7000,ticket=stdin:", "standard input cannot be both session= and ticket=")]
    public void B71_A_mistake_is_told_and_no_secret_is_repeated(string arguments, string expected)
    {
        string? error = Plan(arguments.Split(' ')).Error;

        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_keys_and_the_session_of_its_target_are_read()
    {
        Assert.Contains("cannot read '/no/such/file'", Plan("22,auth=hmac:file:/no/such/file", "--via", Distant).Error, StringComparison.Ordinal);
        Assert.Contains("cannot read '/no/such/file'", Plan("via:127.0.0.1:1,session=file:/no/such/file", "--via", Distant).Error, StringComparison.Ordinal);
        Assert.Null(Plan($"22,auth=hmac:{_files.Add("keys", "a secret of enough bytes")}", "--via", Distant).Error);
        Assert.Null(Plan($"via:127.0.0.1:1,session={_files.Add("session", "a secret of enough bytes")}", "--via", Distant).Error);
    }

    [Fact]
    public void B100_Files_that_others_may_read_are_warned_of()
    {
        string ticket = _files.Add("ticket", "eyJ", isForAll: true), keys = _files.Add("keys", "a secret of enough bytes", isForAll: true);

        IReadOnlyList<string> warnings = Plan($"22,auth=hmac:{keys}", "--via", $"{Distant},relay-tls,ticket={ticket}").Value!.Warnings;

        Assert.Equal(2, warnings.Count(warning => warning.Contains("other users may read", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_the_way_to_the_relay_gives_away_is_warned_of()
    {
        string ticket = _files.Add("ticket", "eyJ");

        Assert.Equal(
            ["warning: the ticket and the session's name are sent to relay.example:7000 without TLS; add relay-tls"],
            Plan("22", "--via", $"{Distant},ticket={ticket}").Value!.Warnings);
        Assert.Empty(Plan("22", "--via", $"{Distant},relay-tls,ticket={ticket}").Value!.Warnings);
        Assert.Empty(Plan("22", "--via", $"localhost:7000,ticket={ticket}").Value!.Warnings);
    }

    [Theory]
    [InlineData("relay-tls")]
    [InlineData("relay-tls,e2e=tls,standby=8")]
    [InlineData("relay-min-version=1.3")]
    public void What_the_other_person_need_not_know_is_taken(string options) => Assert.Null(Plan("22", "--via", $"{Distant},{options}").Error);

    private static Parsed<RunPlan> Plan(params IEnumerable<string> arguments)
    {
        var line = EntryPoint.Parse(["share", .. arguments]);
        Assert.False(Mistake.IsIn(line), "the parser has found a mistake");
        return ((ShareCommand)line.CommandResult.Command).Plan(line);
    }
}
