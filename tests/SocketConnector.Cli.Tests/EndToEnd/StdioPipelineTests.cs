using System.Globalization;
using System.Net;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>Standard input and output as other programs use them: tar, ssh, and what starts a server for each client.</summary>
[Collection(RealPrograms.Name)]
public sealed class StdioPipelineTests : IDisposable
{
    // Its socket is the program's standard input, output and error, as inetd has it.
    private const string Inetd =
        """
        import os, socket, sys
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        print(listener.getsockname()[1], flush=True)
        client, _ = listener.accept()
        for number in range(3):
            os.dup2(client.fileno(), number)
        os.execvp(sys.argv[1], sys.argv[1:])
        """;

    private static readonly TimeSpan _within = TimeSpan.FromMinutes(1);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("socketconnector-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_tree_goes_through_tar_whole_and_every_program_ends_by_itself()
    {
        Tool.Find("tar");
        DirectoryInfo from = _folder.CreateSubdirectory("from");
        DirectoryInfo to = _folder.CreateSubdirectory("to");
        byte[] bytes = RandomBytes.Of(seed: 70, 16 * 1024 * 1024);
        await File.WriteAllBytesAsync(Path.Combine(from.FullName, "large"), bytes, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(from.CreateSubdirectory("below").FullName, "small"), "small", TestContext.Current.CancellationToken);

        await using ChildProcess receiver = TheProgram.StartInScript(
            $$"""{ "$@" </dev/null; echo "ended with $?" >&2; } | tar x -C {{to.FullName}}""", "server-to-socket", "127.0.0.1:0", "stdio:", "--verbose");
        string port = (await receiver.VerbosePortAsync()).ToString(CultureInfo.InvariantCulture);
        await using ChildProcess sender = TheProgram.StartInScript($"""tar c -C {from.FullName} . | "$@" """, "socket-to-socket", "stdio:", $"127.0.0.1:{port}");

        await sender.ExpectExitAsync(0, _within);
        await receiver.ExpectExitAsync(0, _within);
        Assert.Contains("ended with 0", receiver.Errors);
        Assert.Empty(sender.Errors);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Path.Combine(to.FullName, "large"), TestContext.Current.CancellationToken));
        Assert.Equal("small", await File.ReadAllTextAsync(Path.Combine(to.FullName, "below", "small"), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("socket-to-socket")]
    [InlineData("server-to-socket")]
    public async Task B73_A_login_through_a_ProxyCommand_runs_a_command(string mode)
    {
        await using OpenSshServer server = await OpenSshServer.StartAsync();
        string proxy = TheProgram.InShell(mode, "stdio:", "%h:%p");
        string port = server.Port.ToString(CultureInfo.InvariantCulture);
        await using ChildProcess ssh = server.Client("ssh", "-o", $"ProxyCommand={proxy}", "-p", port, $"{Environment.UserName}@127.0.0.1", "cat; echo over; exit 7");
        await ssh.Input.WriteAsync("typed here\n");
        ssh.Input.Close();

        int code = await ssh.ExitAsync(_within);
        Assert.True(code == 7, $"exit code {code} instead of the command's own: {ssh.Told}\n{server.Told}");
        Assert.Equal(["typed here", "over"], await ssh.ReadLinesToEndAsync());
        Assert.DoesNotContain(ssh.Errors, line => line.Contains("socketconnector:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_client_whose_socket_is_all_three_standard_streams_keeps_its_half_close_and_reads_no_message_of_ours()
    {
        using var server = new TestServer();
        await using ChildProcess program = TheProgram.StartBy(Tool.Find("python3"), ["-c", Inetd], "server-to-socket", "stdio:", server.EndPoint.ToString(), "--verbose");
        using TestPeer client = await ConnectAsync(program);
        using TestPeer target = await server.AcceptAsync();
        await client.WriteAsync("question");
        client.EndHalf();
        Assert.Equal("question", await target.ReadTextToEndAsync());
        await target.WriteAsync("answer");
        target.EndHalf();
        Assert.Equal("answer", await client.ReadTextToEndAsync());
        await program.ExpectExitAsync(0);
    }

    [Fact]
    public async Task A_reset_of_the_target_is_one_for_the_client_whose_socket_is_all_three_standard_streams()
    {
        using var server = new TestServer();
        await using ChildProcess program = TheProgram.StartBy(Tool.Find("python3"), ["-c", Inetd], "server-to-socket", "stdio:", server.EndPoint.ToString());
        using TestPeer client = await ConnectAsync(program);
        TestPeer target = await server.AcceptAsync();
        await target.WriteAsync("half of the ans");
        Assert.Equal("half of the ans", await client.ReadTextAsync(15));
        target.Reset();
        Assert.NotNull((await client.ReadToWhateverEndAsync()).Error);
        await program.ExpectExitAsync(1);
    }

    private static async Task<TestPeer> ConnectAsync(ChildProcess inetd) =>
        await TestPeer.ConnectAsync(new IPEndPoint(IPAddress.Loopback, int.Parse(await inetd.ReadLineAsync(), CultureInfo.InvariantCulture)));
}
