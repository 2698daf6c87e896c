using System.Net;
using System.Net.Sockets;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

public sealed class LimitTests
{
    [Theory]
    [InlineData("max=2", "limit reached on side A: the limit of open peers, 2, is reached")]
    [InlineData("rate=2/1h", "rate limited on side A: the rate of connections from one address, 2 in 3600 s, is used up")]
    public async Task B91_The_third_is_reset_and_told_and_the_others_are_served(string limit, string why)
    {
        using var target = new TestServer();
        await using ChildProcess program = TheProgram.Start("server-to-socket", $"127.0.0.1:0,{limit}", target.EndPoint.ToString());
        var endPoint = new IPEndPoint(IPAddress.Loopback, await program.ListeningAsync(Side.A));
        using TestPeer first = await TestPeer.ConnectAsync(endPoint), firstTarget = await target.AcceptAsync();
        Assert.Contains("joined", await program.ReadLineAsync(), StringComparison.Ordinal);
        using TestPeer second = await TestPeer.ConnectAsync(endPoint), secondTarget = await target.AcceptAsync();
        Assert.Contains("joined", await program.ReadLineAsync(), StringComparison.Ordinal);

        Assert.Equal(([], SocketError.ConnectionReset), await TestPeer.ConnectToWhateverEndAsync(endPoint));
        Assert.Contains($"closed before it was joined: {why}", await program.ReadLineAsync(), StringComparison.Ordinal);
        await first.WriteAsync("hello");
        Assert.Equal("hello", await firstTarget.ReadTextAsync(5));
        await secondTarget.WriteAsync("there");
        Assert.Equal("there", await second.ReadTextAsync(5));
    }
}
