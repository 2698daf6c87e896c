using System.Diagnostics;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>What <c>--capture</c> writes, as tshark reads it.</summary>
public sealed class CaptureTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("capture-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("server-to-server")]
    [InlineData("server-to-socket")]
    [InlineData("socket-to-server")]
    [InlineData("socket-to-socket")]
    public async Task B131_The_program_captures_what_it_relays_into_a_file_of_its_own(string mode)
    {
        string file = Path.Combine(_folder.FullName, "relay.pcapng");
        await using (ProgramPair pair = await ProgramPair.StartAsync(mode, "--capture", file))
        {
            await TalkAsync(pair);
            await pair.Program.StopAsync();
            Assert.Empty(pair.Program.Errors);
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(file));
        Assert.Contains("hello, capture", await TsharkAsync(file, "-q", "-z", "follow,tcp,ascii,0"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task B132_A_capture_on_standard_output_is_read_while_it_runs()
    {
        string copy = Path.Combine(_folder.FullName, "copy.pcapng");
        using var serverA = new TestServer();
        using var serverB = new TestServer();
        await using ChildProcess program = TheProgram.StartInScript(
            $"exec \"$@\" > '{copy}'", "socket-to-socket", serverA.EndPoint.ToString(), serverB.EndPoint.ToString(), "--capture", "-");
        using TestPeer a = await serverA.AcceptAsync();
        using TestPeer b = await serverB.AcceptAsync();
        await a.WriteAsync("hello, capture");
        Assert.Equal("hello, capture", await b.ReadTextAsync(14));
        await Eventually.TrueAsync(() => new FileInfo(copy).Length > 400, explain: () => $"{new FileInfo(copy).Length} bytes while it runs");
        a.EndHalf();
        b.EndHalf();
        await program.ExpectExitAsync(0);
        Assert.Empty(program.Errors);
        Assert.Contains("hello, capture", await TsharkAsync(copy, "-q", "-z", "follow,tcp,ascii,0"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task B132_Where_the_reader_of_a_pipe_goes_the_capture_ends_alone()
    {
        string pipe = Path.Combine(_folder.FullName, "pipe");
        using var server = new TestServer();
        await using ChildProcess program = TheProgram.StartInScript(
            $"mkfifo '{pipe}'; head -c 100 < '{pipe}' > /dev/null & exec \"$@\"", "server-to-socket", "127.0.0.1:0", server.EndPoint.ToString(), "--capture", pipe);
        int port = await program.ListeningAsync(Side.A);
        for (int i = 0; i < 20; i++)
        {
            using TestPeer a = await ProgramPair.DialAsync(port);
            using TestPeer b = await server.AcceptAsync();
            await a.WriteAsync("hello, capture");
            Assert.Equal("hello, capture", await b.ReadTextAsync(14));
        }

        await program.ErrorLineAsync($"warning: the capture has ended, and the relay goes on: '{pipe}': ");
        Assert.Single(program.Errors, static line => line.Contains("capture", StringComparison.Ordinal));
    }

    [Fact]
    public async Task B131_A_file_that_is_there_is_not_written_over_and_the_program_says_so()
    {
        string file = Path.Combine(_folder.FullName, "there.pcapng");
        await File.WriteAllTextAsync(file, "mine", TestContext.Current.CancellationToken);
        await using ChildProcess program = TheProgram.Start("server-to-server", "127.0.0.1:0", "127.0.0.1:0", "--capture", file);
        await program.ExpectExitAsync(1);
        Assert.Equal([$"socketconnector: cannot capture to '{file}': it is there already; remove it or choose another name"], program.Errors);
        Assert.Equal("mine", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_start_that_fails_leaves_no_file_in_the_way_of_the_next()
    {
        string file = Path.Combine(_folder.FullName, "relay.pcapng");
        using var taken = new TestServer();
        await using ChildProcess program = TheProgram.Start("server-to-server", taken.EndPoint.ToString(), "127.0.0.1:0", "--capture", file);
        await program.ExpectExitAsync(1);
        Assert.False(File.Exists(file), program.Told);
    }

    [Theory]
    [InlineData("relay.pcapng,size=1KiB", "--capture size must be at least 64KiB; write size=100MiB")]
    [InlineData("relay.pcapng,files=0", "--capture files must be a number from 1 to")]
    [InlineData("relay.pcapng,view=all", "--capture view must be clear, wire or both")]
    [InlineData("relay.pcapng,fils=3", "--capture 'fils' is not an option of a capture (did you mean files?); see socketconnector help capture")]
    [InlineData("relay.pcapng,address=10.0.0", "--capture '10.0.0' is not a network")]
    [InlineData("relay.pcapng,files=3", "--capture files says how many are kept, and nothing begins another; add size=100MiB or time=1h")]
    [InlineData("-,size=1MiB", "--capture standard output is no file; remove size, time and files")]
    [InlineData(",size=1MiB", "--capture needs a file; write --capture relay.pcapng")]
    public async Task B131_A_mistake_in_a_capture_is_told_in_one_line(string capture, string expected)
    {
        await using ChildProcess program = TheProgram.Start("server-to-server", "127.0.0.1:0", "127.0.0.1:0", "--capture", capture);
        await program.ExpectExitAsync(2);
        Assert.Contains(expected, Assert.Single(program.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task B131_A_small_disk_that_fills_up_ends_the_capture_alone_with_the_file_as_far_as_it_went()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "mount namespaces are Linux's");
        string disk = _folder.CreateSubdirectory("disk").FullName;
        string file = Path.Combine(disk, "relay.pcapng"), copy = Path.Combine(_folder.FullName, "copy.pcapng");
        string unshare = Tool.Find("unshare");
        string[] mounted = ["--map-root-user", "--mount", "sh", "-c", "mount -t tmpfs -o size=256k none \"$0\" && exec \"$@\"", disk];
        await using (ChildProcess trial = ChildProcess.Start(unshare, [.. mounted, "true"]))
        {
            Assert.SkipUnless(await trial.ExitAsync() == 0, $"no file system can be mounted here: {string.Join(' ', trial.Errors)}");
        }

        using var server = new TestServer();
        await using ChildProcess program = TheProgram.StartBy(unshare, [.. mounted, "sh", "-c", "echo $$; exec \"$@\"", "sh"], "server-to-socket", "127.0.0.1:0", server.EndPoint.ToString(), "--capture", file);
        string process = await program.ReadLineAsync();
        using TestPeer a = await ProgramPair.DialAsync(await program.ListeningAsync(Side.A));
        using TestPeer b = await server.AcceptAsync();
        byte[] much = RandomBytes.Of(1, 2 * 1024 * 1024);
        Task<byte[]> reading = b.ReadAsync(much.Length);
        await a.WriteAsync(much);
        Assert.Equal(much, await reading);
        await program.ErrorLineAsync($"warning: the capture has ended, and the relay goes on: '{file}': ");
        await a.WriteAsync("still here");
        Assert.Equal("still here", await b.ReadTextAsync(10));
        Assert.Contains("space", Assert.Single(program.Errors, static line => line.Contains("capture", StringComparison.Ordinal)), StringComparison.OrdinalIgnoreCase);
        File.Copy($"/proc/{process}/root{file}", copy);
        a.EndHalf();
        Assert.Empty(await b.ReadToEndAsync());
        b.EndHalf();
        Assert.Empty(await a.ReadToEndAsync());
        await program.StopAsync();
        await program.ErrorLineAsync("warning: the capture lacks ");
        Assert.InRange(new FileInfo(copy).Length, 128 * 1024, 256 * 1024);
        string[] lengths = (await TsharkAsync(copy, "-Y", "tcp.len > 0", "-T", "fields", "-e", "tcp.len")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.InRange(lengths.Sum(static length => int.Parse(length, System.Globalization.CultureInfo.InvariantCulture)), 100 * 1024, 256 * 1024);
    }

    private static async Task TalkAsync(ProgramPair pair)
    {
        (TestPeer a, TestPeer b) = await pair.ConnectAsync();
        using (a)
        using (b)
        {
            await a.WriteAsync("hello, capture");
            Assert.Equal("hello, capture", await b.ReadTextAsync(14));
            a.EndHalf();
            Assert.Empty(await b.ReadToEndAsync());
            b.EndHalf();
            Assert.Empty(await a.ReadToEndAsync());
        }
    }

    private static async Task<string> TsharkAsync(string file, params string[] arguments)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/tshark"), "tshark is not installed");
        using Process process = Process.Start(new ProcessStartInfo("/usr/bin/tshark", ["-n", "-r", file, .. arguments]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        string output = await process.StandardOutput.ReadToEndAsync().InTimeAsync(TimeSpan.FromSeconds(60), "tshark");
        await process.WaitForExitAsync().InTimeAsync(TimeSpan.FromSeconds(60), "tshark");
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
