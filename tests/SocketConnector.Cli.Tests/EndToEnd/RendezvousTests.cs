using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>The relay and what meets there, each a process of its own.</summary>
public sealed class RendezvousTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rendezvous").FullName;

    public RendezvousTests()
    {
        Write("secret", Convert.ToHexString(RandomNumberGenerator.GetBytes(16)));
        Write("key", Convert.ToHexString(RandomNumberGenerator.GetBytes(32)));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task B110_A_user_reaches_a_service_through_a_relay_with_tickets()
    {
        Write("ticket", await TicketAsync("--tenant", "acme"));
        await using ChildProcess relay = TheProgram.Start("rendezvous", "127.0.0.1:0", "--ticket-key", $"file:{Path("key")}");
        string via = $"via:{await relay.RelayAsync()},session=file:{Path("secret")},ticket=file:{Path("ticket")}";
        using var service = new TestServer();
        await using ChildProcess beside = TheProgram.Start("server-to-socket", via, service.EndPoint.ToString());
        await beside.LineAsync("side A listening on via:");
        await using ChildProcess user = TheProgram.Start("server-to-socket", "127.0.0.1:0", via);
        using TestPeer client = await TestPeer.ConnectAsync(new IPEndPoint(IPAddress.Loopback, await user.ListeningAsync(Side.A)));
        using TestPeer accepted = await service.AcceptAsync();
        await client.WriteAsync("question");
        client.EndHalf();
        Assert.Equal("question", await accepted.ReadTextToEndAsync());
        await accepted.WriteAsync("answer");
        accepted.EndHalf();
        Assert.Equal("answer", await client.ReadTextToEndAsync());
        Assert.StartsWith("stopped: 1 socket pair", (await relay.StopAsync())[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--role", "connect")]
    [InlineData("--session", "other")]
    public async Task B112_A_ticket_for_something_else_lets_nobody_in(string option, string value)
    {
        Write("other", "another secret of enough bytes");
        Write("ticket", await TicketAsync("--tenant", "acme", option, value == "other" ? $"file:{Path("other")}" : value));
        await using ChildProcess relay = TheProgram.Start("rendezvous", "127.0.0.1:0", "--ticket-key", $"file:{Path("key")}");
        await using ChildProcess beside = TheProgram.Start("server-to-socket", $"via:{await relay.RelayAsync()},session=file:{Path("secret")},ticket=file:{Path("ticket")}", "127.0.0.1:9");
        await beside.ExpectExitAsync(1);
        Assert.Contains("the ticket does not let this end in", Assert.Single(beside.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task B118_What_one_person_shares_another_joins_by_one_line()
    {
        await using ChildProcess relay = TheProgram.Start("rendezvous", "127.0.0.1:0");
        using var service = new TestServer();
        await using ChildProcess share = TheProgram.Start("share", service.EndPoint.ToString(), "--via", await relay.RelayAsync());
        string[] line = (await share.ReadLineAsync()).Split(' ');
        Assert.Equal(["socketconnector", "join"], line[..2]);
        await share.ErrorLineAsync("for whoever has this code; Ctrl-C ends");
        await using ChildProcess join = TheProgram.Start("join", line[2]);
        using TestPeer client = await TestPeer.ConnectAsync(new IPEndPoint(IPAddress.Loopback, await join.ListeningAsync(Side.A)));
        using TestPeer accepted = await service.AcceptAsync();
        await client.WriteAsync("hello");
        Assert.Equal("hello", await accepted.ReadTextAsync(5));
        client.EndHalf();
        accepted.EndHalf();
        await client.ReadToEndAsync();
        await join.SignalAsync("INT");
        await join.ExpectExitAsync(0);
        await share.SignalAsync("INT");
        await share.ExpectExitAsync(0);
    }

    [Fact]
    public async Task B119_Standard_input_and_output_go_through_it_whole()
    {
        byte[] bytes = RandomBytes.Of(seed: 119, 8 * 1024 * 1024);
        await using ChildProcess relay = TheProgram.Start("rendezvous", "127.0.0.1:0");
        using var service = new TestServer();
        await using ChildProcess share = TheProgram.Start("share", service.EndPoint.ToString(), "--via", await relay.RelayAsync());
        string code = (await share.ReadLineAsync()).Split(' ')[2];
        await using ChildProcess join = TheProgram.StartUnread("join", code, "stdio:");
        using TestPeer accepted = await service.AcceptAsync();
        Task<(long Count, string Sha256)> hashing = accepted.HashToEndAsync(within: TimeSpan.FromMinutes(1));
        await join.Input.BaseStream.WriteAsync(bytes, TestContext.Current.CancellationToken);
        join.Input.Close();
        Assert.Equal((bytes.Length, RandomBytes.Sha256(bytes)), await hashing);
        await accepted.WriteAsync("thanks");
        accepted.EndHalf();
        using var answer = new StreamReader(join.RawOutput.BaseStream);
        Assert.Equal("thanks", await answer.ReadToEndAsync(TestContext.Current.CancellationToken).InTimeAsync());
        await join.ExpectExitAsync(0);
    }

    [Fact]
    public async Task A_port_of_the_relay_itself_leads_to_a_session()
    {
        Write("ticket", await TicketAsync("--tenant", "acme"));
        await using ChildProcess relay = TheProgram.Start(
            "rendezvous", "127.0.0.1:0", "--ticket-key", $"file:{Path("key")}", "--expose", $"127.0.0.1:0,session=file:{Path("secret")},ticket=file:{Path("ticket")}", "--drain", "0s");
        string where = await relay.RelayAsync();
        int exposed = await relay.ListeningAsync(Side.A);
        using var service = new TestServer();
        await using ChildProcess beside = TheProgram.Start("server-to-socket", $"via:{where},session=file:{Path("secret")},ticket=file:{Path("ticket")}", service.EndPoint.ToString());
        await beside.LineAsync("side A listening on via:");
        using TestPeer client = await TestPeer.ConnectAsync(new IPEndPoint(IPAddress.Loopback, exposed));
        using TestPeer accepted = await service.AcceptAsync();
        await client.WriteAsync("from the open network");
        Assert.Equal("from the open network", await accepted.ReadTextAsync(21));
        await relay.StopAsync();
    }

    [Theory]
    [InlineData(2, "--ticket-key file:PATH to ask for tickets, or --open", "rendezvous", "0.0.0.0:0")]
    [InlineData(2, "--expose: this relay asks for tickets", "rendezvous", "127.0.0.1:0", "--ticket-key", "env:PATH", "--expose", "127.0.0.1:0,session=file:x")]
    [InlineData(2, "LISTEN is missing", "rendezvous")]
    [InlineData(2, "standard input cannot be both --key and --session", "ticket", "--key", "stdin:", "--tenant", "acme", "--session", "stdin:")]
    [InlineData(2, "--expose: session: cannot read '/no/such/file'", "rendezvous", "127.0.0.1:0", "--expose", "127.0.0.1:0,session=file:/no/such/file")]
    [InlineData(2, "a code is for join", "HNTR2-HNTR2-HNTR2-HNTR2-HNTR2-HNTR2-HNTR2-HNTR2")]
    [InlineData(2, "a code is for join", "share", "HNTR2-HNTR2-HNTR2-HNTR2-HNTR2-HNTR2-HNTR2-HNTR2", "--via", "127.0.0.1:7000")]
    [InlineData(2, "--via is missing", "share", "22")]
    [InlineData(2, "share makes a secret of its own", "share", "22", "--via", "127.0.0.1:7000,session=file:x")]
    [InlineData(2, "a character of it is wrong", "join", "ABCDE")]
    [InlineData(2, "never the key itself", "ticket", "--key", "hunter2", "--tenant", "acme")]
    [InlineData(2, "secrets are not taken from the command line", "server-to-socket", "via:127.0.0.1:7000,session=hunter2", "22")]
    public async Task A_mistake_is_told_in_one_line(int code, string expected, params string[] arguments)
    {
        await using ChildProcess program = TheProgram.Start(arguments);
        await program.ExpectExitAsync(code);
        string line = Assert.Single(program.Errors);
        Assert.Contains(expected, line, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", line, StringComparison.Ordinal);
        Assert.DoesNotContain("HNTR2", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task B115_A_relay_that_is_back_is_found_by_itself()
    {
        int port = TestServer.RefusingPort();
        string at = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
        ChildProcess relay = TheProgram.Start("rendezvous", at);
        await relay.RelayAsync();
        using var service = new TestServer();
        string via = $"via:{at},session=file:{Path("secret")}";
        await using ChildProcess beside = TheProgram.Start("server-to-socket", via, service.EndPoint.ToString(), "--verbose");
        await beside.LineAsync("side A listening on via:");
        await relay.StopAsync();
        await relay.DisposeAsync();
        await beside.ErrorLineAsync("it is tried again");
        await using ChildProcess again = TheProgram.Start("rendezvous", at);
        await again.RelayAsync();
        await beside.ErrorLineAsync("waiting there again");
        await using ChildProcess user = TheProgram.Start("server-to-socket", "127.0.0.1:0", via);
        using TestPeer client = await TestPeer.ConnectAsync(new IPEndPoint(IPAddress.Loopback, await user.ListeningAsync(Side.A)));
        using TestPeer accepted = await service.AcceptAsync();
        await client.WriteAsync("x");
        Assert.Equal("x", await accepted.ReadTextAsync(1));
    }

    private async Task<string> TicketAsync(params string[] options)
    {
        await using ChildProcess mint = TheProgram.Start(["ticket", "--key", $"file:{Path("key")}", .. options]);
        string ticket = await mint.ReadLineAsync();
        await mint.ExpectExitAsync(0);
        return ticket;
    }

    private string Path(string name) => System.IO.Path.Combine(_folder, name);

    private void Write(string name, string text)
    {
        File.WriteAllText(Path(name), $"{text}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path(name), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }
}
