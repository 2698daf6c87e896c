using SocketConnector.Cli.CommandLine;
using SocketConnector.Cli.Meeting;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.Tests.CommandLine;

/// <summary>What <c>rendezvous</c> makes of its line, before it listens.</summary>
public sealed class RendezvousCommandTests : IDisposable
{
    private const string Local = "127.0.0.1:0";

    private readonly SecretFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("via:127.0.0.1:7000,session=file:x", "LISTEN: a relay listens on sockets of its own, and via: is none")]
    [InlineData("via:127.0.0.1:7000", "LISTEN: a relay listens on sockets of its own, and via: is none")]
    [InlineData("stdio:", "LISTEN: a relay listens on sockets of its own, and stdio: is none")]
    [InlineData("127.0.0.1:0 --expose via:127.0.0.1:7000,session=file:x", "--expose: a relay listens on sockets of its own, and via: is none")]
    [InlineData("127.0.0.1:0 --expose stdio:,session=file:x", "--expose: a relay listens on sockets of its own, and stdio: is none")]
    [InlineData("0", "write --ticket-key file:PATH to ask for tickets, or --open")]
    [InlineData("relay.example:7000", "write --ticket-key file:PATH to ask for tickets, or --open")]
    [InlineData("127.0.0.1:0,auth=hmac:file:/no/such/file", "LISTEN: auth: cannot read '/no/such/file'")]
    [InlineData("127.0.0.1:0 --expose 127.0.0.1:0,session=file:x,auth=hmac:file:/no/such/file", "--expose: auth: cannot read '/no/such/file'")]
    [InlineData("127.0.0.1:0 --expose 127.0.0.1:0,session=file:/no/such/file", "--expose: session: cannot read '/no/such/file'")]
    [InlineData("127.0.0.1:0 --expose 127.0.0.1:0,backlog=5,backlog=5,session=file:x", "--expose: backlog is given twice")]
    [InlineData("127.0.0.1:0 --expose 127.0.0.1:0,session=file:x,", "--expose: an option is missing after the last comma")]
    [InlineData("127.0.0.1:0 --expose 127.0.0.1:0,session=file:x,relay-tls", "--expose: relay-tls is not needed")]
    [InlineData("127.0.0.1:0 --ticket-key stdin: --expose 127.0.0.1:0,session=stdin:,ticket=file:x", "standard input cannot be both --ticket-key 1 and session=; write file:PATH for one of them")]
    [InlineData("127.0.0.1:0 --ticket-key a=stdin: --ticket-key b=stdin:", "standard input cannot be both --ticket-key a and --ticket-key b")]
    [InlineData("127.0.0.1:0,auth=hmac:stdin: --expose 127.0.0.1:0,session=stdin:", "standard input cannot be both auth= and session=")]
    public void B71_A_mistake_is_told(string arguments, string expected) => Assert.Contains(expected, Plan(arguments.Split(' ')).Error, StringComparison.Ordinal);

    [Fact]
    public void The_keys_of_where_it_listens_are_read()
    {
        string keys = _files.Add("keys", "a secret of enough bytes"), session = _files.Add("session", "a secret of enough bytes");

        RelayPlan plan = Plan($"{Local},auth=hmac:{keys}", "--expose", $"{Local},auth=hmac:{keys},session={session}").Value!;

        Assert.All((ListenOptions[])[plan.Listen[0], plan.Exposed[0].Listen], listen => Assert.DoesNotContain("Unread", listen.AuthVerifier!.Target!.GetType().Name, StringComparison.Ordinal));
        Assert.Empty(plan.Warnings);
    }

    [Fact]
    public void What_is_quoted_in_an_exposed_port_stays_whole()
    {
        string session = _files.Add("session,secret", "a secret of enough bytes");

        Exposed exposed = Assert.Single(Plan(Local, "--expose", $"unix:\"/run/a,b\"\".sock\",mode=600,session=\"{session}\",also=unix:\"/run/c,d\",standby=2").Value!.Exposed);

        Assert.Equal(["/run/a,b\".sock", "/run/c,d"], exposed.Listen.EndPoints.Select(endPoint => endPoint.ToString()));
        Assert.Equal(2, exposed.Session.Standby);
    }

    [Fact]
    public void A_ticket_of_an_exposed_port_is_read_and_one_that_is_none_is_told()
    {
        string key = _files.Add("key", new string('k', 32)), session = _files.Add("session", "a secret of enough bytes");
        string ticket = _files.Add("ticket", "eyJ"), none = _files.Add("none", new string('e', 2049));

        Exposed exposed = Assert.Single(Plan(Local, "--ticket-key", key, "--expose", $"{Local},session={session},ticket={ticket}").Value!.Exposed);

        Assert.Equal(("eyJ", true), (exposed.Session.KnownTicket, exposed.Session.Secret is not null));
        Assert.DoesNotContain("eyJ", exposed.ToString(), StringComparison.Ordinal);
        Assert.Contains("ticket: there is none in it, for none is longer", Plan(Local, "--ticket-key", key, "--expose", $"{Local},session={session},ticket={none}").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void How_many_clients_of_transit_wait_is_limited() =>
        Assert.Equal((7, 1000), (Plan(Local, "--transit", "--max-transit-waiting", "7").Value!.Relay.MaxTransitWaiting, Plan(Local, "--transit").Value!.Relay.MaxTransitWaiting));

    [Fact]
    public void B100_Files_that_others_may_read_are_warned_of()
    {
        string key = _files.Add("key", new string('k', 32), isForAll: true), keys = _files.Add("keys", "a secret of enough bytes", isForAll: true);
        string session = _files.Add("session", "a secret of enough bytes", isForAll: true), ticket = _files.Add("ticket", "eyJ", isForAll: true);

        IReadOnlyList<string> warnings = Plan($"{Local},auth=hmac:{keys}", "--ticket-key", key, "--expose", $"{Local},session={session},ticket={ticket}").Value!.Warnings;

        Assert.Equal(4, warnings.Count(warning => warning.Contains("other users may read", StringComparison.Ordinal)));
    }

    private static Parsed<RelayPlan> Plan(params IEnumerable<string> arguments)
    {
        var line = EntryPoint.Parse(["rendezvous", .. arguments]);
        Assert.False(Mistake.IsIn(line), "the parser has found a mistake");
        return ((RendezvousCommand)line.CommandResult.Command).Plan(line);
    }
}
