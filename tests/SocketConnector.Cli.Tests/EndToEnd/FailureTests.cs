using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

public sealed class FailureTests
{
    [Fact]
    public async Task B71_A_port_in_use()
    {
        using var other = new TestServer();

        await FailsAsync(
            $"Cannot listen on {other.EndPoint}: the address is in use already; choose another port, or stop the program that listens there",
            "server-to-server", "127.0.0.1:0", other.EndPoint.ToString());
    }

    [Fact]
    public async Task B71_What_was_opened_before_the_failure_is_closed()
    {
        using var other = new TestServer();
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.sock");

        await FailsAsync("the address is in use already", "server-to-server", $"unix:{path}", other.EndPoint.ToString());

        Assert.False(File.Exists(path), $"{path} is left behind");
    }

    [Fact]
    public async Task B71_One_of_several_end_points_in_use()
    {
        using var other = new TestServer();
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.sock");

        await FailsAsync(
            $"Cannot listen on {other.EndPoint}: the address is in use already; choose another port, or stop the program that listens there",
            "server-to-server", $"unix:{path},also={other.EndPoint}", "127.0.0.1:0");

        Assert.False(File.Exists(path), $"{path} is left behind");
    }

    [Fact]
    public async Task B71_An_address_of_another_machine() => await FailsAsync(
        "Cannot listen on 192.0.2.1:9000: the address does not belong to this machine; choose one of this machine's addresses, or a port alone for all of them",
        "server-to-server", "192.0.2.1:9000", "127.0.0.1:0");

    [Fact]
    public async Task B71_A_path_without_the_right_to_it()
    {
        using var folder = new UnwritableFolder();

        await FailsAsync(
            $"Cannot listen on unix:{folder.Path}/x.sock: permission denied; choose a path that this user may use",
            "server-to-server", $"unix:{folder.Path}/x.sock", "127.0.0.1:0");
    }

    [Fact]
    public async Task B71_A_path_in_a_directory_that_does_not_exist() => await FailsAsync(
        "Cannot listen on unix:/proc/x.sock: no such file or directory; check the path",
        "server-to-server", "unix:/proc/x.sock", "127.0.0.1:0");

    [Fact]
    public async Task B71_A_path_where_a_file_is()
    {
        string path = Path.GetTempFileName();
        try
        {
            await FailsAsync(
                $"Cannot listen on unix:{path}: a file that is not a socket is there; choose another path, or remove the file",
                "server-to-server", $"unix:{path}", "127.0.0.1:0");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task B71_A_path_where_a_directory_is()
    {
        string path = Directory.CreateTempSubdirectory("socketconnector-").FullName;
        try
        {
            await FailsAsync($"Cannot listen on unix:{path}: a directory is there; choose another path", "server-to-server", $"unix:{path}", "127.0.0.1:0");
        }
        finally
        {
            Directory.Delete(path);
        }
    }

    [Fact]
    public async Task B71_A_path_that_another_program_listens_on()
    {
        string folder = Directory.CreateTempSubdirectory("socketconnector-").FullName;
        string path = Path.Combine(folder, "a.sock");
        await using (ChildProcess first = TheProgram.Start("server-to-server", $"unix:{path}", "127.0.0.1:0"))
        {
            Assert.Equal($"side A listening on unix:{path}", await first.ReadLineAsync());
            await FailsAsync(
                $"Cannot listen on unix:{path}: the address is in use: another program listens there; choose another path, or stop the program that listens there",
                "server-to-server", $"unix:{path}", "127.0.0.1:0");
            await first.StopAsync("HUP");
        }

        Assert.Empty(Directory.GetFiles(folder));
        Directory.Delete(folder);
    }

    [Theory]
    [InlineData("owner=no-such-user", "there is no user 'no-such-user'; check the spelling, or write a number")]
    [InlineData("group=no-such-group", "there is no group 'no-such-group'; check the spelling, or write a number")]
    public async Task B71_An_owner_that_nobody_is(string option, string expected) =>
        await FailsAsync(expected, "server-to-server", $"unix:/tmp/{Guid.NewGuid():N}.sock,{option}", "127.0.0.1:0");

    [Theory]
    [InlineData("server-to-server", "listen on")]
    [InlineData("socket-to-server", "connect to")]
    public async Task B71_A_host_that_nobody_knows(string mode, string doing) => await FailsAsync(
        $"Cannot {doing} no-such-host.invalid:9000: the host name is not known; check the spelling, or write an IP address",
        mode, "no-such-host.invalid:9000", "127.0.0.1:0");

    [Fact]
    public async Task B71_A_target_that_refuses()
    {
        int port = TestServer.RefusingPort();

        await FailsAsync(
            $"Cannot connect to 127.0.0.1:{port}: connection refused; start what should listen there first, or correct the address",
            "socket-to-server", $"{port}", "127.0.0.1:0");
    }

    [Theory]
    [InlineData("server-to-socket 18094 18094", "Cannot connect to 127.0.0.1:18094: side A listens there itself, and each connection would make the next; choose another")]
    [InlineData("server-to-socket 127.0.0.1:18094 localhost:18094", "Cannot connect to localhost:18094: side A listens there itself")]
    [InlineData("socket-to-server 127.0.0.1:18094 18094", "Cannot connect to 127.0.0.1:18094: side B listens there itself")]
    [InlineData("server-to-socket unix:/tmp/one.sock unix:/tmp/one.sock", "Cannot connect to unix:/tmp/one.sock: side A listens there itself")]
    public async Task B71_A_target_that_is_where_the_program_listens_itself(string arguments, string expected) =>
        await ToldInOneLineAsync(2, expected, arguments.Split(' '));

    [Fact]
    public async Task B71_A_target_that_is_too_slow()
    {
        using SilentTarget target = await SilentTarget.CreateAsync();

        await FailsAsync(
            $"Cannot connect to {target.EndPoint}: timed out; check the address and what filters on the way, or allow more with --connect-timeout",
            "socket-to-server", target.EndPoint.ToString()!, "127.0.0.1:0", "--connect-timeout", "200ms");
    }

    [Theory]
    [InlineData("server-to-server 127.0.0.1 8000", "LISTEN_A '127.0.0.1': the port is missing")]
    [InlineData("server-to-server 9000 8000 --grace-period 5x", "--grace-period '5x' is not a duration; write 250ms, 30s, 5m, 1h or none")]
    [InlineData("server-to-server 9000 8000 --buffer-size 64kb", "--buffer-size '64kb' can mean multiples of 1000 or of 1024; write 64KiB for 1024")]
    [InlineData("server-to-server 9000 8000 --verbos", "there is no option --verbos (did you mean --verbose?)")]
    [InlineData("server-to-servr 9000 8000", "there is no command 'server-to-servr' (did you mean server-to-server?)")]
    [InlineData("", "the command is missing")]
    public async Task B71_A_command_line_that_is_wrong(string arguments, string expected) =>
        await ToldInOneLineAsync(2, expected, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    [Theory]
    [InlineData(2, @"LISTEN_A '9000\nx\x1b[2J': ", "9000\nx\e[2J")]
    [InlineData(1, @"Cannot listen on unix:/proc/x\ny\x1b[2J: ", "unix:/proc/x\ny\e[2J")]
    public async Task B71_What_was_typed_cannot_break_the_line_or_the_terminal(int exitCode, string expected, string address) =>
        await ToldInOneLineAsync(exitCode, expected, "server-to-server", address, "127.0.0.1:0");

    [Fact]
    public async Task Help_goes_to_standard_output_and_is_no_mistake()
    {
        await using ChildProcess program = TheProgram.Start("server-to-server", "--help");

        await program.ExpectExitAsync(0);
        Assert.Contains("Example: socketconnector server-to-server 9000 8000", await program.ReadLinesToEndAsync());
        Assert.Empty(program.Errors);
    }

    [Fact]
    public async Task Version_is_told_beside_a_command_too()
    {
        await using ChildProcess program = TheProgram.Start("server-to-server", "--version");

        await program.ExpectExitAsync(0);
        string version = Assert.Single(await program.ReadLinesToEndAsync());
        Assert.True(char.IsAsciiDigit(version[0]), $"'{version}' is no version");
        Assert.Empty(program.Errors);
    }

    [Fact]
    public async Task B71_A_target_whose_name_is_not_known_is_warned_of_at_the_start_and_listening_goes_on()
    {
        await using ChildProcess program = TheProgram.Start("server-to-socket", "127.0.0.1:0", "no-such-host.invalid:9000");
        int port = await program.ListeningAsync(Side.A);
        await program.ErrorLineAsync("socketconnector: warning: the host name no-such-host.invalid is not known now, and is looked up again for each peer; check the spelling");

        using TestPeer client = await ProgramPair.DialAsync(port);
        Assert.StartsWith("A 127.0.0.1:", await program.ReadLineAsync(), StringComparison.Ordinal);
        await program.StopAsync();
    }

    private static Task FailsAsync(string expected, params string[] arguments) => ToldInOneLineAsync(1, expected, arguments);

    private static async Task ToldInOneLineAsync(int exitCode, string expected, params string[] arguments)
    {
        await using ChildProcess program = TheProgram.Start(arguments);

        await program.ExpectExitAsync(exitCode);
        string line = Assert.Single(program.Errors);
        Assert.StartsWith("socketconnector: ", line, StringComparison.Ordinal);
        Assert.Contains(expected, line, StringComparison.Ordinal);
        Assert.Empty(await program.ReadLinesToEndAsync());
    }

    /// <summary>A folder in which this user may make nothing. For root only the kernel's own are such.</summary>
    private sealed class UnwritableFolder : IDisposable
    {
        private readonly DirectoryInfo? _own;

        public UnwritableFolder()
        {
            if (!OperatingSystem.IsWindows() && !Environment.IsPrivilegedProcess)
            {
                _own = Directory.CreateTempSubdirectory();
                File.SetUnixFileMode(_own.FullName, UnixFileMode.None);
            }
        }

        public string Path => _own?.FullName ?? "/sys";

        public void Dispose() => _own?.Delete();
    }
}
