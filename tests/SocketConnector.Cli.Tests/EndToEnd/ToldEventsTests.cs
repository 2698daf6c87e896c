using System.Globalization;
using System.Text.RegularExpressions;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

public sealed partial class ToldEventsTests
{
    [Fact]
    public async Task B70_Each_plain_line_and_each_message_starts_with_the_local_date_and_time()
    {
        await using ProgramPair pair = await ProgramPair.StartAsync("server-to-server", "--verbose");
        (TestPeer a, TestPeer b) = await pair.ConnectAsync();
        await pair.Program.LineAsync("#1 joined");
        a.Reset();
        Assert.NotNull((await b.ReadToWhateverEndAsync()).Error);
        b.Dispose();
        await pair.Program.StopAsync();

        Assert.True(pair.Program.Raw is { Output.Count: 6, Errors.Count: > 5 }, pair.Program.Told);
        DateTime now = TimeProvider.System.GetLocalNow().DateTime;
        Assert.All(pair.Program.Raw.Output.Concat(pair.Program.Raw.Errors), line =>
            Assert.InRange(now - DateTime.Parse(Stamp().Match(line).Value, CultureInfo.InvariantCulture), TimeSpan.FromSeconds(-1), TimeSpan.FromMinutes(10)));
    }

    [Fact]
    public async Task B70_Each_JSON_line_starts_with_its_time_in_UTC()
    {
        await using ProgramPair pair = await ProgramPair.StartAsync("server-to-server", "--json");
        await pair.Program.StopAsync();

        Assert.Equal(3, pair.Program.Raw.Output.Count);
        Assert.All(pair.Program.Raw.Output, line => Assert.Matches("""^\{"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z","event":""", line));
    }

    [Fact]
    public async Task B70_With_a_name_each_line_of_both_outputs_carries_it()
    {
        await using ProgramPair pair = await ProgramPair.StartAsync("server-to-server", "--name", "db", "--verbose", "--log-traffic");
        (TestPeer a, TestPeer b) = await pair.ConnectAsync();
        await a.WriteAsync("text");
        Assert.Equal("text", await b.ReadTextAsync(4));
        a.Dispose();
        b.Dispose();
        await pair.Program.LineAsync("#1 closed");
        await pair.Program.StopAsync();

        Assert.True(pair.Program.Raw is { Output.Count: 6, Errors.Count: > 5 }, pair.Program.Told);
        Assert.All(pair.Program.Raw.Output.Concat(pair.Program.Raw.Errors), line => Assert.Matches(@"^[-0-9]{10} [:.0-9]{12} \[db\] ", line));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("off")]
    public async Task Without_events_only_the_start_and_the_stop_are_told(string none)
    {
        await using ProgramPair pair = await ProgramPair.StartAsync("server-to-server", "--events", none, "--verbose");
        (TestPeer a, TestPeer b) = await pair.ConnectAsync();
        await a.WriteAsync("silently");
        Assert.Equal("silently", await b.ReadTextAsync(8));
        a.Dispose();
        b.Dispose();
        await pair.Program.ErrorLineAsync("#1 closed: completed");

        Assert.Equal(["stopped: 1 socket pair, 8 bytes A to B, 0 bytes B to A"], await pair.Program.StopAsync());
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("portable")]
    public async Task B70_A_peer_whose_dial_fails_is_an_event_with_its_reason(string engine)
    {
        int nobody = TestServer.RefusingPort();
        await using ChildProcess program = TheProgram.Start("server-to-socket", "127.0.0.1:0", $"{nobody}", "--json", "--engine", engine);
        using TestPeer client = await ProgramPair.DialAsync(await program.ListeningAsync(Side.A));

        Assert.Equal(
            $$"""{"event":"refused","reason":"connectFailed","side":"B","a":"{{client.LocalEndPoint}}","b":null,"detail":"Cannot connect to 127.0.0.1:{{nobody}}: connection refused"}""",
            await program.ReadLineAsync());
        Assert.Equal(["""{"event":"stopped","socketPairs":0,"bytesAToB":0,"bytesBToA":0}"""], await program.StopAsync());
    }

    [Fact]
    public async Task B70_A_peer_that_leaves_while_it_waits_and_one_that_waits_at_the_end_are_told()
    {
        await using ProgramPair pair = await ProgramPair.StartAsync("server-to-server", "--verbose");
        int port = TheProgram.Port(pair.Program.Raw.Output.First());
        using TestPeer leaving = await ProgramPair.DialAsync(port);
        await pair.Program.ErrorLineAsync($"A {leaving.LocalEndPoint} waits for a partner");
        Assert.Equal($"A {leaving.LocalEndPoint} waits for a partner", await pair.Program.ReadLineAsync());
        leaving.Dispose();
        Assert.Equal(
            $"A {leaving.LocalEndPoint} closed before it was joined: reset by side A: it left while it waited for a partner",
            await pair.Program.ReadLineAsync());

        using TestPeer waiting = await ProgramPair.DialAsync(port);
        await pair.Program.ErrorLineAsync($"A {waiting.LocalEndPoint} waits for a partner");
        IReadOnlyList<string> last = await pair.Program.StopAsync();

        Assert.Equal(
            [$"A {waiting.LocalEndPoint} waits for a partner", $"A {waiting.LocalEndPoint} closed before it was joined: aborted: the connector was stopped"], last.Take(2));
    }

    /// <summary>script(1) gives the program a terminal for both of its outputs.</summary>
    [Fact]
    public async Task On_a_terminal_what_an_event_tells_is_not_told_again_by_a_message()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "script(1) takes other arguments elsewhere");
        await using ChildProcess program = TheProgram.StartOnTerminal("server-to-server", "127.0.0.1:0", "127.0.0.1:0", "--verbose");
        int portA = await program.ListeningAsync(Side.A);
        int portB = await program.ListeningAsync(Side.B);
        using TestPeer a = await ProgramPair.DialAsync(portA);
        await program.LineAsync($"A {a.LocalEndPoint} waits for a partner");
        using TestPeer b = await ProgramPair.DialAsync(portB);
        await a.WriteAsync("x");
        Assert.Equal("x", await b.ReadTextAsync(1));
        a.Reset();
        Assert.NotNull((await b.ReadToWhateverEndAsync()).Error);
        await program.LineAsync("#1 closed: reset by side A");

        // Messages come by another way than events, and may come later.
        await program.LineAsync($"A {a.LocalEndPoint} connected");
        string[] all = [.. program.Raw.Output];
        Assert.All((string[])["istening on 127.0.0.1:", "#1 joined "], what => Assert.Equal(
            what == "#1 joined " ? 1 : 2, all.Count(line => line.Contains(what, StringComparison.Ordinal))));
        Assert.Single(all, line => line.Contains("#1 closed", StringComparison.Ordinal));
        Assert.Single(all, line => line.EndsWith($"A {a.LocalEndPoint} waits for a partner", StringComparison.Ordinal));
        Assert.Contains(all, line => line.EndsWith($"A {a.LocalEndPoint} connected", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}(?= )", RegexOptions.None, 1000)]
    private static partial Regex Stamp();
}
