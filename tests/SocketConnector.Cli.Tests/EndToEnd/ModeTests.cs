using System.Text.RegularExpressions;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

public sealed partial class ModeTests
{
    public static TheoryData<string> Modes => ProgramPair.Modes;

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task B70_Two_peers_meet_and_the_events_tell_it(string mode)
    {
        await using ProgramPair pair = await ProgramPair.StartAsync(mode);
        (string a, string b) = await TalkAsync(pair);

        Assert.Equal($"#1 joined {a} and {b}", await pair.Program.ReadLineAsync());
        Assert.Equal("#1 closed: completed by side A, 12 bytes A to B, 5 bytes B to A, _ ms", Time().Replace(await pair.Program.ReadLineAsync(), "_ ms"));
        Assert.Equal(["stopped: 1 socket pair, 12 bytes A to B, 5 bytes B to A"], await EndAsync(pair, mode));
        Assert.Empty(pair.Program.Errors);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task B70_With_json_standard_output_is_one_object_per_line(string mode)
    {
        await using ProgramPair pair = await ProgramPair.StartAsync(mode, "--json");
        (string a, string b) = await TalkAsync(pair);

        Assert.Equal($$"""{"event":"joined","id":1,"a":"{{a}}","b":"{{b}}"}""", await pair.Program.ReadLineAsync());
        Assert.Equal(
            """{"event":"closed","id":1,"reason":"completed","side":"A","bytesAToB":12,"bytesBToA":5,"durationMs":_}""",
            JsonTime().Replace(await pair.Program.ReadLineAsync(), "_}"));
        Assert.Equal(["""{"event":"stopped","socketPairs":1,"bytesAToB":12,"bytesBToA":5}"""], await EndAsync(pair, mode));
        Assert.Empty(pair.Program.Errors);
    }

    [Fact]
    public async Task B70_Many_short_connections_are_each_told_joined_before_closed()
    {
        await using ProgramPair pair = await ProgramPair.StartAsync("server-to-socket", "--json");
        for (int i = 0; i < 200; i++)
        {
            (TestPeer a, TestPeer b) = await pair.ConnectAsync();
            await a.WriteAsync("x");
            Assert.Equal("x", await b.ReadTextAsync(1));
            a.Dispose();
            b.Dispose();
        }

        IReadOnlyList<string> events = await pair.Program.StopAsync();

        for (int id = 1; id <= 200; id++)
        {
            string[] own = [.. events.Where(line => line.Contains($"\"id\":{id},", StringComparison.Ordinal))];
            Assert.True(own is [string first, string second] && first.Contains("joined", StringComparison.Ordinal) && second.Contains("closed", StringComparison.Ordinal), $"#{id}: {string.Join('\n', own)}");
        }

        Assert.Contains("\"socketPairs\":200", events[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task B70_An_accept_limit_that_is_used_up_ends_the_program()
    {
        using var server = new TestServer();
        await using ChildProcess program = TheProgram.Start("server-to-socket", "127.0.0.1:0,accept-limit=1", server.EndPoint.ToString());
        using TestPeer a = await ProgramPair.DialAsync(await program.ListeningAsync(Side.A));
        using TestPeer b = await server.AcceptAsync();
        await a.WriteAsync("x");
        Assert.Equal("x", await b.ReadTextAsync(1));
        a.Dispose();
        b.Dispose();

        await program.ExpectExitAsync(0);
        Assert.StartsWith("stopped: 1 socket pair", (await program.ReadLinesToEndAsync())[^1], StringComparison.Ordinal);
        Assert.Equal(["socketconnector: stopping: no further connection can come, since the accept limit is reached"], program.Errors);
    }

    [Fact]
    public async Task B70_A_port_scan_does_not_use_an_accept_limit_up()
    {
        await using ChildProcess program = TheProgram.Start("server-to-server", "127.0.0.1:0,accept-limit=1", "127.0.0.1:0,accept-limit=1");
        int sideA = await program.ListeningAsync(Side.A), sideB = await program.ListeningAsync(Side.B);
        for (int i = 0; i < 3; i++)
        {
            (await ProgramPair.DialAsync(sideA)).Dispose();
        }

        using TestPeer a = await ProgramPair.DialAsync(sideA);
        await a.WriteAsync("after the scan");
        using TestPeer b = await ProgramPair.DialAsync(sideB);
        Assert.Equal("after the scan", await b.ReadTextAsync(14));
        a.Dispose();
        b.Dispose();

        await program.ExpectExitAsync(0);
        Assert.StartsWith("stopped: 1 socket pair", (await program.ReadLinesToEndAsync())[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task B70_With_a_timeout_the_program_ends_by_itself()
    {
        await using ChildProcess program = TheProgram.Start("server-to-server", "127.0.0.1:0", "127.0.0.1:0", "--grace-period", "100ms");

        await program.ExpectExitAsync(0);
        Assert.Equal("stopped: 0 socket pairs, 0 bytes A to B, 0 bytes B to A", (await program.ReadLinesToEndAsync())[^1]);
        Assert.Equal(["socketconnector: stopping: there is no connection, and the time of --grace-period has passed"], program.Errors);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task B70_A_side_that_listens_on_several_end_points_tells_each_and_serves_on_each(bool isJson)
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("socketconnector").FullName, "a.sock");
        await using ChildProcess program = TheProgram.Start(
            ["server-to-server", $"127.0.0.1:0,also=127.0.0.1:0,also=unix:{path}", "127.0.0.1:0", .. (string[])(isJson ? ["--json"] : [])]);
        int first = await program.ListeningAsync(Side.A), second = await program.ListeningAsync(Side.A);
        Assert.Equal(
            isJson ? $$"""{"event":"listening","side":"A","endPoint":"unix:{{path}}"}""" : $"side A listening on unix:{path}", await program.ReadLineAsync());
        int sideB = await program.ListeningAsync(Side.B);
        Assert.NotEqual(first, second);

        foreach (Func<Task<TestPeer>> dial in (Func<Task<TestPeer>>[])[
            () => ProgramPair.DialAsync(first), () => ProgramPair.DialAsync(second), () => TestPeer.ConnectAsync(new System.Net.Sockets.UnixDomainSocketEndPoint(path))])
        {
            using TestPeer a = await dial(), b = await ProgramPair.DialAsync(sideB);
            await a.WriteAsync("in by any");
            Assert.Equal("in by any", await b.ReadTextAsync(9));
        }

        await program.StopAsync();
        Assert.False(File.Exists(path), $"{path} is left behind");
    }

    [Fact]
    public async Task B70_Unix_sockets_on_both_sides()
    {
        string folder = Directory.CreateTempSubdirectory("socketconnector").FullName;
        string pathA = Path.Combine(folder, "a.sock");
        string pathB = Path.Combine(folder, "b.sock");
        await using ChildProcess program = TheProgram.Start("server-to-server", $"unix:{pathA}", $"unix:{pathB}");
        Assert.Equal($"side A listening on unix:{pathA}", await program.ReadLineAsync());
        Assert.Equal($"side B listening on unix:{pathB}", await program.ReadLineAsync());
        using TestPeer a = await TestPeer.ConnectAsync(new System.Net.Sockets.UnixDomainSocketEndPoint(pathA));
        using TestPeer b = await TestPeer.ConnectAsync(new System.Net.Sockets.UnixDomainSocketEndPoint(pathB));

        await a.WriteAsync("hello");
        Assert.Equal("hello", await b.ReadTextAsync(5));
        a.EndHalf();
        b.EndHalf();
        await a.ReadToEndAsync();

        await program.StopAsync();
        Assert.Empty(Directory.GetFiles(folder));
        Directory.Delete(folder);
    }

    [Fact]
    public async Task B61_Traffic_that_is_piped_has_no_colour()
    {
        await using ProgramPair pair = await ProgramPair.StartAsync("server-to-server", "--log-traffic");
        await TalkAsync(pair);

        await pair.Program.ErrorLineAsync("A -> B #1 hello world*");
        await pair.Program.ErrorLineAsync("B -> A #1 bye!*");
        Assert.DoesNotContain('\e', pair.Program.Told);
    }

    /// <summary>Twelve bytes one way, five the other; A ends first.</summary>
    private static async Task<(string A, string B)> TalkAsync(ProgramPair pair)
    {
        (TestPeer a, TestPeer b) = await pair.ConnectAsync();
        using (a)
        using (b)
        {
            // What was dialled in advance and ends before it is joined would be taken for gone.
            await b.WriteAsync("bye!\n");
            Assert.Equal("bye!\n", await a.ReadTextAsync(5));
            await a.WriteAsync("hello world\n");
            a.EndHalf();
            Assert.Equal("hello world\n", await b.ReadTextToEndAsync());
            b.EndHalf();
            Assert.Empty(await a.ReadToEndAsync());
            return (a.LocalEndPoint.ToString()!, b.LocalEndPoint.ToString()!);
        }
    }

    /// <summary>socket-to-socket ends by itself.</summary>
    private static async Task<IReadOnlyList<string>> EndAsync(ProgramPair pair, string mode)
    {
        if (mode != "socket-to-socket")
        {
            return await pair.Program.StopAsync();
        }

        await pair.Program.ExpectExitAsync(0);
        return await pair.Program.ReadLinesToEndAsync();
    }

    [GeneratedRegex(@"\d+ ms$", RegexOptions.None, 1000)]
    private static partial Regex Time();

    [GeneratedRegex(@"\d+\}$", RegexOptions.None, 1000)]
    private static partial Regex JsonTime();
}
