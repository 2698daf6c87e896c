using System.Globalization;
using System.Security.Cryptography;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

[Collection(RealPrograms.Name)]
public sealed class OpenSshTests
{
    private static readonly TimeSpan _within = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task B73_A_login_runs_a_command()
    {
        await using OpenSshServer server = await OpenSshServer.StartAsync();
        await using ChildProcess program = Relay(server);
        string port = (await program.ListeningAsync(Side.A)).ToString(CultureInfo.InvariantCulture);

        await using ChildProcess ssh = server.Client("ssh", "-p", port, $"{Environment.UserName}@127.0.0.1", "cat; echo over; exit 7");
        await ssh.Input.WriteAsync("typed here\n");
        ssh.Input.Close();

        int code = await ssh.ExitAsync(_within);
        Assert.True(code == 7, $"exit code {code} instead of the command's own: {ssh.Told}\n{server.Told}\n{program.Told}");
        Assert.Equal(["typed here", "over"], await ssh.ReadLinesToEndAsync());
        Assert.StartsWith("stopped: 1 socket pair", (await program.StopAsync())[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B73_Sixty_four_mebibytes_are_copied_there_and_back(bool there)
    {
        await using OpenSshServer server = await OpenSshServer.StartAsync();
        await using ChildProcess program = Relay(server);
        string port = (await program.ListeningAsync(Side.A)).ToString(CultureInfo.InvariantCulture);
        string from = Path.Combine(server.Folder, "from");
        string to = Path.Combine(server.Folder, "to");
        byte[] bytes = RandomBytes.Of(seed: 73, 64 * 1024 * 1024);
        await File.WriteAllBytesAsync(from, bytes, TestContext.Current.CancellationToken);

        string remote = $"{Environment.UserName}@127.0.0.1:";
        await using ChildProcess scp = server.Client("scp", ["-P", port, .. there ? [from, remote + to] : (string[])[remote + from, to]]);

        int code = await scp.ExitAsync(_within);
        Assert.True(code == 0, $"exit code {code}: {scp.Told}\n{server.Told}\n{program.Told}");
        await using FileStream copy = File.OpenRead(to);
        Assert.Equal(RandomBytes.Sha256(bytes), Convert.ToHexString(await SHA256.HashDataAsync(copy, TestContext.Current.CancellationToken)));
    }

    private static ChildProcess Relay(OpenSshServer server) =>
        TheProgram.Start("server-to-socket", "127.0.0.1:0", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{server.Port}"));
}
