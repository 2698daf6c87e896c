using System.Net;
using System.Net.Sockets;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

public sealed class AccessTests
{
    [Fact]
    public async Task B90_A_peer_of_no_allowed_network_is_reset_and_told_and_others_are_served()
    {
        using var target = new TestServer();
        await using ChildProcess program = TheProgram.Start("server-to-socket", "127.0.0.1:0,allow=127.0.0.2+10.0.0.0/8", target.EndPoint.ToString());
        int port = await program.ListeningAsync(Side.A);
        (byte[] bytes, SocketError? error) = await TestPeer.ConnectToWhateverEndAsync(new IPEndPoint(IPAddress.Loopback, port));
        Assert.Equal(([], SocketError.ConnectionReset), (bytes, error));
        Assert.Contains("closed before it was joined: access denied on side A: it is in no network that is allowed", await program.ReadLineAsync(), StringComparison.Ordinal);

        using TestPeer client = await TestPeer.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), socket => socket.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0)));
        using TestPeer upstream = await target.AcceptAsync();
        await client.WriteAsync("hello");
        Assert.Equal("hello", await upstream.ReadTextAsync(5));
    }

    [Fact]
    public async Task B90_A_list_may_be_in_a_file()
    {
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "# nobody from here\n\n127.0.0.0/8   # this machine\nfd00::/8\n", TestContext.Current.CancellationToken);
            using var target = new TestServer();
            await using ChildProcess program = TheProgram.Start("server-to-socket", $"127.0.0.1:0,deny=file:{file}", target.EndPoint.ToString());
            int port = await program.ListeningAsync(Side.A);
            await TestPeer.ConnectToWhateverEndAsync(new IPEndPoint(IPAddress.Loopback, port));
            Assert.Contains("access denied on side A: it is in a network that is denied", await program.ReadLineAsync(), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
