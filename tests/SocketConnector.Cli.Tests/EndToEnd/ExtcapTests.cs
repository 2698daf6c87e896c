using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary><c>socketconnector extcap</c>, called as Wireshark calls it.</summary>
public sealed class ExtcapTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("extcap-");

    private string Surroundings => $"export XDG_RUNTIME_DIR={_folder.FullName}";

    private string Pipe => Path.Combine(_folder.FullName, "pipe");

    private string Copy => Path.Combine(_folder.FullName, "copy.pcapng");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task B132_The_connectors_that_run_are_listed_and_what_is_left_of_one_is_not()
    {
        Assert.Matches(@"^extcap \{version=[^}]+\}\{display=SocketConnector\}$", Assert.Single(await ToldAsync("--extcap-interfaces", "--extcap-version=4.0")));
        await using ChildProcess named = Start("--name", "db}x");
        await using ChildProcess other = Start();
        string listens = $"127.0.0.1:{await other.ListeningAsync(Side.A)}, 127.0.0.1:{await other.ListeningAsync(Side.B)}";
        await named.LineAsync("side B listening");
        using (var killed = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            killed.Bind(new UnixDomainSocketEndPoint(Path.Combine(_folder.FullName, "socketconnector", "1.sock")));
        }

        IReadOnlyList<string> lines = await ToldAsync("--extcap-interfaces");
        Assert.StartsWith("extcap {version=", lines[0], StringComparison.Ordinal);
        Assert.Equal(
            [
                $"interface {{value=socketconnector-{named.Id}-1}}{{display=SocketConnector db)x (process {named.Id})}}",
                $"interface {{value=socketconnector-{other.Id}-1}}{{display=SocketConnector {listens} (process {other.Id})}}",
            ],
            lines.Skip(1).OrderBy(static line => !line.Contains("db)x", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task B132_The_calls_that_only_ask_need_no_connector()
    {
        Assert.Single(await ToldAsync("--extcap-version=4.0"));
        Assert.Single(await ToldAsync("--extcap-version"));
        Assert.Equal(["dlt {number=101}{name=RAW}{display=Raw IP}"], await ToldAsync("--extcap-interface", "socketconnector-1-1", "--extcap-dlts"));
        Assert.StartsWith("arg {number=0}{call=--connection}", (await ToldAsync("--extcap-interface", "socketconnector-1-1", "--extcap-config"))[0], StringComparison.Ordinal);
        Assert.Empty(await ToldAsync("--extcap-capture-filter", "tcp port 443", "--extcap-interface", "socketconnector-1-1"));
        Assert.StartsWith("the filter 'udp' is not understood; ", Assert.Single(await ToldAsync("--extcap-capture-filter", "udp", "--extcap-interface", "socketconnector-1-1")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--connection", "2")]
    [InlineData("--port", "PORT")]
    [InlineData("--extcap-capture-filter", "tcp port PORT and net 127.0.0.0/8")]
    public async Task B132_What_is_asked_for_flows_into_the_pipe_until_Wireshark_stops_it(string option, string value)
    {
        await using ChildProcess relay = Start();
        int portA = await relay.ListeningAsync(Side.A), portB = await relay.ListeningAsync(Side.B);
        (TestPeer a1, TestPeer b1) = await JoinAsync(portA, portB);
        (TestPeer a2, TestPeer b2) = await JoinAsync(portA, portB);
        using (a1)
        using (b1)
        using (a2)
        using (b2)
        {
            string port = a2.LocalEndPoint.ToString()!.Split(':')[^1];
            await using ChildProcess extcap = Capture(relay, $"cat '{Pipe}' > '{Copy}'", option, value.Replace("PORT", port, StringComparison.Ordinal), "--side", "either", "--snaplen", "262144");
            await CopiedAsync(extcap, 1);
            await TalkAsync(a1, b1, "left out");
            await TalkAsync(a2, b2, "asked for");
            await Eventually.TrueAsync(() => File.ReadAllBytes(Copy).AsSpan().IndexOf("asked for"u8) > 0, explain: () => extcap.Told);
            await extcap.SignalAsync("TERM");
            await extcap.ExpectExitAsync(0);
            Assert.Empty(extcap.Errors);
            Assert.Empty(await extcap.ReadLinesToEndAsync());
        }

        Assert.True((await File.ReadAllBytesAsync(Copy, TestContext.Current.CancellationToken)).AsSpan().IndexOf("left out"u8) < 0, "another connection was captured");
        await relay.StopAsync();
        Assert.Empty(relay.Errors);
    }

    [Fact]
    public async Task B132_Where_the_reader_of_the_pipe_goes_it_ends_though_nothing_flows()
    {
        await using ChildProcess relay = Start();
        await relay.LineAsync("side B listening");
        await using ChildProcess extcap = Capture(relay, $"head -c 1 '{Pipe}' > '{Copy}'");
        await extcap.ExpectExitAsync(0);
        Assert.Empty(extcap.Errors);
        Assert.Equal(1, new FileInfo(Copy).Length);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("KILL")]
    public async Task B132_Where_the_relay_goes_it_ends_without_a_word(string signal)
    {
        await using ChildProcess relay = Start();
        await relay.LineAsync("side B listening");
        await using ChildProcess extcap = Capture(relay, $"cat '{Pipe}' > '{Copy}'");
        await CopiedAsync(extcap, 1);
        await relay.SignalAsync(signal);
        await extcap.ExpectExitAsync(0);
        Assert.Empty(extcap.Errors);
    }

    [Fact]
    public async Task B132_Before_anybody_reads_the_pipe_it_can_be_stopped()
    {
        await using ChildProcess relay = Start();
        await relay.LineAsync("side B listening");
        await using ChildProcess extcap = Capture(relay, "echo made");
        await extcap.LineAsync("made");
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        Assert.False(extcap.HasExited, extcap.Told);
        await extcap.SignalAsync("TERM");
        await extcap.ExpectExitAsync(0);
        Assert.Empty(extcap.Errors);
    }

    [Theory]
    [InlineData(1, "runs no more; refresh the list of interfaces", "--capture", "--extcap-interface", "socketconnector-1-1", "--fifo", "/dev/null")]
    [InlineData(2, "--fifo is missing", "--capture", "--extcap-interface", "socketconnector-1-1")]
    [InlineData(2, "--extcap-interface is missing", "--capture", "--fifo", "/dev/null")]
    [InlineData(2, "'eth0' is no interface", "--extcap-dlts", "--extcap-interface", "eth0")]
    [InlineData(2, "what is asked of the interface is missing", "--extcap-interface", "socketconnector-1-1")]
    [InlineData(2, "the filter 'udp' is not understood", "--capture", "--extcap-interface", "socketconnector-1-1", "--fifo", "/dev/null", "--extcap-capture-filter", "udp")]
    [InlineData(2, "both have an address, or both a port", "--capture", "--extcap-interface", "socketconnector-1-1", "--fifo", "/dev/null", "--extcap-capture-filter", "port 1", "--port", "2")]
    [InlineData(2, "--port must be a number from 1 to 65535", "--capture", "--extcap-interface", "socketconnector-1-1", "--fifo", "/dev/null", "--port", "0")]
    [InlineData(2, "--json is not for extcap", "--extcap-interfaces", "--json")]
    [InlineData(2, "see socketconnector help extcap")]
    public async Task B71_A_mistake_is_told_in_one_line(int code, string expected, params string[] arguments)
    {
        await using ChildProcess extcap = TheProgram.StartAfter(Surroundings, ["extcap", .. arguments]);
        await extcap.ExpectExitAsync(code);
        Assert.Contains(expected, Assert.Single(extcap.Errors), StringComparison.Ordinal);
        Assert.Empty(await extcap.ReadLinesToEndAsync());
    }

    [Fact]
    public async Task B132_A_file_in_place_of_the_pipe_is_not_written_over()
    {
        await using ChildProcess relay = Start();
        await relay.LineAsync("side B listening");
        await File.WriteAllTextAsync(Copy, "mine", TestContext.Current.CancellationToken);
        await using ChildProcess extcap = TheProgram.StartAfter(Surroundings, "extcap", "--capture", "--extcap-interface", Interface(relay), "--fifo", Copy);
        await extcap.ExpectExitAsync(1);
        Assert.Contains("is a file and no pipe", Assert.Single(extcap.Errors), StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(Copy, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task B132_Tshark_itself_finds_a_connector_and_captures_from_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the folder of the script is Linux's");
        string tshark = Tool.Find("tshark");
        await using ChildProcess relay = Start("--name", "db");
        int portA = await relay.ListeningAsync(Side.A), portB = await relay.ListeningAsync(Side.B);
        // The folders of 4.0 and of what came after it.
        foreach (string folder in (string[])[".config", ".local/lib"])
        {
            string script = Path.Combine(_folder.CreateSubdirectory($"{folder}/wireshark/extcap").FullName, "socketconnector");
            await File.WriteAllTextAsync(script, $"#!/bin/sh\nexec {TheProgram.InShell("extcap")} \"$@\"\n", TestContext.Current.CancellationToken);
            Permissions.Set(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["XDG_RUNTIME_DIR"] = _folder.FullName,
            ["HOME"] = _folder.FullName,
            ["XDG_CONFIG_HOME"] = Path.Combine(_folder.FullName, ".config"),
        };
        await using (ChildProcess list = ChildProcess.Start(tshark, ["-D"], environment: environment))
        {
            await list.ExpectExitAsync(0, TimeSpan.FromSeconds(60));
            Assert.Contains(await list.ReadLinesToEndAsync(), line => line.EndsWith($" {Interface(relay)} (SocketConnector db (process {relay.Id}))", StringComparison.Ordinal));
        }

        await using ChildProcess capture = ChildProcess.Start(tshark, ["-n", "-l", "-i", Interface(relay), "-Y", "tcp.len > 0", "-T", "fields", "-e", "tcp.payload"], environment: environment);
        string expected = Convert.ToHexStringLower("hello, tshark"u8);
        for (var waited = Stopwatch.StartNew(); !capture.Raw.Output.Contains(expected, StringComparer.Ordinal);)
        {
            Assert.True(!capture.HasExited && waited.Elapsed < TimeSpan.FromSeconds(60), capture.Told);
            (TestPeer a, TestPeer b) = await JoinAsync(portA, portB);
            await TalkAsync(a, b, "hello, tshark");
            a.Dispose();
            b.Dispose();
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }

        await capture.SignalAsync("INT");
        await capture.ExpectExitAsync(0, TimeSpan.FromSeconds(60));
        await relay.StopAsync();
    }

    private ChildProcess Start(params string[] options) => TheProgram.StartAfter(Surroundings, ["server-to-server", "127.0.0.1:0", "127.0.0.1:0", "--admin", "auto", .. options]);

    /// <summary>With a pipe and its reader, as Wireshark has made them before it calls.</summary>
    private ChildProcess Capture(ChildProcess relay, string reader, params string[] options) =>
        TheProgram.StartInScript($"{Surroundings}; mkfifo '{Pipe}'; {reader} & exec \"$@\"", ["extcap", "--capture", "--extcap-interface", Interface(relay), "--fifo", Pipe, .. options]);

    private static string Interface(ChildProcess relay) => string.Create(CultureInfo.InvariantCulture, $"socketconnector-{relay.Id}-1");

    private Task CopiedAsync(ChildProcess extcap, int bytes) => Eventually.TrueAsync(() => File.Exists(Copy) && new FileInfo(Copy).Length >= bytes, explain: () => extcap.Told);

    private static async Task<(TestPeer A, TestPeer B)> JoinAsync(int portA, int portB)
    {
        TestPeer a = await ProgramPair.DialAsync(portA), b = await ProgramPair.DialAsync(portB);
        await TalkAsync(a, b, "before");
        return (a, b);
    }

    private static async Task TalkAsync(TestPeer a, TestPeer b, string text)
    {
        await a.WriteAsync(text);
        Assert.Equal(text, await b.ReadTextAsync(text.Length));
    }

    private async Task<IReadOnlyList<string>> ToldAsync(params string[] arguments)
    {
        await using ChildProcess extcap = TheProgram.StartAfter(Surroundings, ["extcap", .. arguments]);
        await extcap.ExpectExitAsync(0);
        Assert.Empty(extcap.Errors);
        return await extcap.ReadLinesToEndAsync();
    }
}
