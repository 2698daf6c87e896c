using System.Net.Sockets;
using SocketConnector.TestKit;
using SocketConnector.Tests.Measured;

namespace SocketConnector.Tests.Diagnostics;

/// <summary>A host of the library that names no logger, and whose standard error is not what it should be.</summary>
public sealed class LostStandardErrorTests
{
    [Theory]
    [InlineData("2>&-")]
    [InlineData("2>/dev/full")]
    [InlineData("2</dev/null")]
    public async Task B83_A_warning_that_nobody_can_have_costs_a_host_nothing(string redirection)
    {
        var target = new TestServer();
        await using RelayProcess host = await RelayProcess.StartAsync(target, redirections: redirection);
        int port = target.Port;
        target.Dispose();
        for (int i = 0; i < 3; i++)
        {
            using TestPeer refused = await TestPeer.ConnectAsync(host.EndPoint);
            (byte[] bytes, SocketError? error) = await refused.ReadToWhateverEndAsync();
            Assert.True(bytes.Length == 0 && error is not null, "the dial was refused, so its client is reset");
        }

        using var again = new TestServer(configure: socket => socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true), port: port);
        using TestPeer client = await TestPeer.ConnectAsync(host.EndPoint);
        using TestPeer far = await again.AcceptAsync();
        await client.WriteAsync("goes on");
        Assert.Equal("goes on", await far.ReadTextAsync(7));
    }
}
