using System.Globalization;
using System.Net;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>A connector that runs, and the commands that ask it.</summary>
public sealed class AdminTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admin-");

    public static TheoryData<string> Modes => ProgramPair.Modes;

    private string Place => $"unix:{Socket}";

    private string Socket => Path.Combine(_folder.FullName, "a.sock");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task B133_Who_is_connected_is_listed_and_one_is_ended_in_order(string mode)
    {
        await using ProgramPair pair = await ProgramPair.StartAsync(mode, "--admin", Place);
        (TestPeer a, TestPeer b) = await pair.ConnectAsync();
        using (a)
        using (b)
        {
            await a.WriteAsync("hello");
            Assert.Equal("hello", await b.ReadTextAsync(5));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, Permissions.Of(Socket));

            string row = (await ToldAsync("list"))[^1];
            Assert.Matches(@"^ *\d+  127\.0\.0\.1:\d+ +127\.0\.0\.1:\d+ +[\d.hms]+ +5B +0B$", row);
            string id = row.TrimStart().Split(' ')[0];
            Assert.Contains(await ToldAsync("show", id), static line => line.StartsWith("has sent ", StringComparison.Ordinal) && line.Contains("5B", StringComparison.Ordinal));

            Assert.Equal([$"#{id} ends in order"], await ToldAsync("end", id));
            Assert.Empty(await a.ReadToEndAsync());
            Assert.Empty(await b.ReadToEndAsync());
        }

        await pair.Program.LineAsync("closed: ended, 5 bytes A to B, 0 bytes B to A");
        if (mode != "socket-to-socket")
        {
            await pair.Program.StopAsync();
        }

        await pair.Program.ExpectExitAsync(0);
        Assert.False(File.Exists(Socket), "the socket is left behind");
    }

    [Fact]
    public async Task B133_An_automatic_one_is_found_until_it_ends()
    {
        string found = $"export XDG_RUNTIME_DIR={_folder.FullName}";
        await using ChildProcess program = TheProgram.StartAfter(found, "server-to-server", "127.0.0.1:0", "127.0.0.1:0", "--admin", "auto", "--name", "db");
        await program.LineAsync("side B listening");
        await using (ChildProcess list = TheProgram.StartAfter(found, "list"))
        {
            await list.ExpectExitAsync(0);
            Assert.Equal(["ID  A  B  AGE  A TO B  B TO A"], await list.ReadLinesToEndAsync());
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, Permissions.Of(Path.Combine(_folder.FullName, "socketconnector")));
        await program.StopAsync();
        Assert.Empty(program.Errors);
        await using ChildProcess none = TheProgram.StartAfter(found, "list");
        await none.ExpectExitAsync(1);
        Assert.Contains("start one with --admin auto", Assert.Single(none.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task B133_Drained_the_program_stops_as_by_a_signal_and_resets_what_is_left_in_time()
    {
        await using ProgramPair pair = await ProgramPair.StartAsync("server-to-server", "--admin", Place, "--drain", "none");
        (TestPeer a, TestPeer b) = await pair.ConnectAsync();
        using (a)
        using (b)
        {
            await a.WriteAsync("x");
            Assert.Equal("x", await b.ReadTextAsync(1));
            Assert.Equal(["stopping; 1 connection may finish"], await ToldAsync("drain"));
            await pair.Program.ErrorLineAsync("stopping; 1 connection may finish, Ctrl-C again ends now");
            Assert.Contains("socketconnector: stopping: drained through the admin channel", pair.Program.Errors);

            // A second one may shorten the time.
            Assert.Equal(["stopping; 1 connection may finish within 0.2 s"], await ToldAsync("drain", "--within", "200ms"));
            await pair.Program.ExpectExitAsync(0);
        }

        Assert.Contains(await pair.Program.ReadLinesToEndAsync(), static line => line.Contains("closed: aborted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task B133_A_watch_tells_what_happens_until_the_connector_ends()
    {
        await using ProgramPair pair = await ProgramPair.StartAsync("server-to-server", "--admin", Place, "--name", "db");
        await using ChildProcess watch = TheProgram.Start("watch", "--admin", Place);
        (TestPeer a, TestPeer b) = await WatchedAsync(pair, watch);
        b.Dispose();
        Assert.Empty(await a.ReadToEndAsync());
        a.Dispose();
        await watch.LineAsync("closed: completed by side B");
        await pair.Program.StopAsync();
        await watch.ExpectExitAsync(0);
        Assert.Equal(["socketconnector: the connector has ended"], watch.Errors);
        Assert.All(watch.Raw.Output, static line => Assert.Contains(" [db] ", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("watch")]
    [InlineData("capture")]
    public async Task B133_Ctrl_C_ends_what_only_looks(string command)
    {
        await using ProgramPair pair = await ProgramPair.StartAsync("server-to-server", "--admin", Place);
        string file = Path.Combine(_folder.FullName, "live.pcapng");
        await using ChildProcess looking = TheProgram.Start([.. command == "watch" ? [command] : (string[])[command, file], "--admin", Place]);
        if (command == "capture")
        {
            await Eventually.TrueAsync(() => File.Exists(file) && new FileInfo(file).Length > 0, explain: () => looking.Told);
            (TestPeer a, TestPeer b) = await pair.ConnectAsync();
            await a.WriteAsync("hello, capture");
            Assert.Equal("hello, capture", await b.ReadTextAsync(14));
            await Eventually.TrueAsync(() => File.ReadAllBytes(file).AsSpan().IndexOf("hello, capture"u8) > 0, explain: () => looking.Told);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, Permissions.Of(file));
            a.Dispose();
            b.Dispose();
        }
        else
        {
            (TestPeer a, TestPeer b) = await WatchedAsync(pair, looking);
            a.Dispose();
            b.Dispose();
        }

        await looking.SignalAsync("INT");
        await looking.ExpectExitAsync(0);
        Assert.Empty(looking.Errors);
        await pair.Program.StopAsync();
    }

    [Fact]
    public async Task B133_By_TCP_one_token_does_everything_and_the_other_looks()
    {
        using var files = new SecretFiles();
        string full = files.Add("full", "the-token-for-everything"), look = files.Add("look", "the-token-to-look");
        await using ProgramPair pair = await ProgramPair.StartAsync("server-to-server", "--admin", $"127.0.0.1:0,token={full},read-token={look}");
        (TestPeer a, TestPeer b) = await pair.ConnectAsync();
        using (a)
        using (b)
        {
            const string Told = "the admin channel is at http://";
            await pair.Program.ErrorLineAsync(Told);
            string place = pair.Program.Errors.Single(static line => line.Contains(Told, StringComparison.Ordinal)).Split("http://")[1].TrimEnd('/');
            await using ChildProcess list = TheProgram.Start("list", "--json", "--admin", $"{place},token={look}");
            await list.ExpectExitAsync(0);
            Assert.Single(await list.ReadLinesToEndAsync());
            await using ChildProcess refused = TheProgram.Start("abort", "1", "--admin", $"{place},token={look}");
            await refused.ExpectExitAsync(1);
            Assert.Single(refused.Errors);
            await using ChildProcess stranger = TheProgram.Start("list", "--admin", $"{place},token={files.Add("wrong", "a-token-that-is-wrong")}");
            await stranger.ExpectExitAsync(1);
            Assert.Single(stranger.Errors);
            await using ChildProcess abort = TheProgram.Start("abort", "1", "--admin", $"{place},token={full}");
            await abort.ExpectExitAsync(0);
        }

        await pair.Program.LineAsync("closed: aborted");
    }

    [Fact]
    public async Task B133_A_relay_and_what_meets_there_are_asked_too()
    {
        await using ChildProcess relay = TheProgram.Start("rendezvous", "127.0.0.1:0", "--admin", Place);
        using var service = new TestServer();
        string ofShare = $"unix:{Path.Combine(_folder.FullName, "share")}", ofJoin = $"unix:{Path.Combine(_folder.FullName, "join")}";
        await using ChildProcess share = TheProgram.Start("share", service.EndPoint.ToString(), "--via", await relay.RelayAsync(), "--admin", ofShare);
        string code = (await share.ReadLineAsync()).Split(' ')[2];
        await using ChildProcess join = TheProgram.Start("join", code, "--admin", ofJoin);
        using TestPeer client = await TestPeer.ConnectAsync(new IPEndPoint(IPAddress.Loopback, await join.ListeningAsync(Side.A)));
        using TestPeer accepted = await service.AcceptAsync();
        await client.WriteAsync("hello");
        Assert.Equal("hello", await accepted.ReadTextAsync(5));
        foreach (string place in (string[])[Place, ofShare, ofJoin])
        {
            await using ChildProcess list = TheProgram.Start("list", "--json", "--admin", place);
            await list.ExpectExitAsync(0);
            Assert.Single(await list.ReadLinesToEndAsync());
        }

        await using ChildProcess drain = TheProgram.Start("drain", "--within", "0s", "--admin", Place);
        await drain.ExpectExitAsync(0);
        await relay.ExpectExitAsync(0);
        Assert.Contains("socketconnector: stopping: drained through the admin channel", relay.Errors);
    }

    [Fact]
    public async Task B71_Where_the_channel_cannot_be_nothing_starts_and_a_line_says_so()
    {
        await using ProgramPair pair = await ProgramPair.StartAsync("server-to-server", "--admin", Place);
        await using ChildProcess second = TheProgram.Start("server-to-server", "127.0.0.1:0", "127.0.0.1:0", "--admin", Place);
        await second.ExpectExitAsync(1);
        Assert.StartsWith($"socketconnector: the admin channel cannot listen on {Place}: ", Assert.Single(second.Errors), StringComparison.Ordinal);
        Assert.EndsWith("; choose another place with --admin", second.Errors.First(), StringComparison.Ordinal);
        Assert.Empty(await second.ReadLinesToEndAsync());

        await using ChildProcess homeless = TheProgram.StartAfter("export XDG_RUNTIME_DIR=/no/such/folder", "server-to-server", "127.0.0.1:0", "127.0.0.1:0", "--admin", "auto");
        await homeless.ExpectExitAsync(1);
        Assert.Equal(["socketconnector: cannot make '/no/such/folder/socketconnector' for the admin channel: there is no '/no/such/folder'; write --admin unix:PATH for another place"], homeless.Errors);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task B133_What_is_not_asked_for_is_not_even_loaded(bool isAsked)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && !TheProgram.IsNative, "the native executable is one file");
        await using ProgramPair pair = await ProgramPair.StartAsync("server-to-server", isAsked ? ["--admin", Place] : []);
        (TestPeer a, TestPeer b) = await pair.ConnectAsync();
        a.Dispose();
        b.Dispose();
        string maps = await File.ReadAllTextAsync(string.Create(CultureInfo.InvariantCulture, $"/proc/{pair.Program.Id}/maps"), TestContext.Current.CancellationToken);
        Assert.Equal(isAsked, maps.Contains("SocketConnector.Admin.dll", StringComparison.Ordinal));
        Assert.Equal(isAsked, maps.Contains("Kestrel", StringComparison.Ordinal));
    }

    /// <summary>It may not be there yet when the first come, so they come until it is.</summary>
    private static async Task<(TestPeer A, TestPeer B)> WatchedAsync(ProgramPair pair, ChildProcess watch)
    {
        for (int tries = 0; tries < 100; tries++)
        {
            (TestPeer a, TestPeer b) = await pair.ConnectAsync();
            for (int waits = 0; waits < 20; waits++)
            {
                if (watch.Raw.Output.Any(line => line.Contains($" joined {a.LocalEndPoint} ", StringComparison.Ordinal)))
                {
                    return (a, b);
                }

                await Task.Delay(20);
            }

            a.Dispose();
            b.Dispose();
        }

        throw new TimeoutException($"no event came: {watch.Told}");
    }

    private async Task<IReadOnlyList<string>> ToldAsync(params IEnumerable<string> arguments)
    {
        await using ChildProcess asking = TheProgram.Start([.. arguments, "--admin", Place]);
        await asking.ExpectExitAsync(0);
        return await asking.ReadLinesToEndAsync();
    }
}
