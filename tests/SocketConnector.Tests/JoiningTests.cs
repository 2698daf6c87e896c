using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SocketConnector.Tests;

public sealed class SmokeTests
{
    [Fact]
    public async Task Two_clients_meet_through_two_servers()
    {
        CancellationToken ct = TestContext.Current.CancellationToken;
        await using Connector connector = await Connector.ServerToServerAsync(
            new ListenOptions(IPAddress.Loopback, 0), new ListenOptions(IPAddress.Loopback, 0), new ConnectorOptions { Verbose = true, LogTraffic = true }, ct);
        using var a = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var b = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await a.ConnectAsync(connector.EndPointA!, ct);
        await b.ConnectAsync(connector.EndPointB!, ct);
        await a.SendAsync("hello"u8.ToArray(), ct);
        a.Shutdown(SocketShutdown.Send);
        byte[] buffer = new byte[100];
        int n = await b.ReceiveAsync(buffer, ct);
        Assert.Equal("hello", Encoding.ASCII.GetString(buffer, 0, n));
        Assert.Equal(0, await b.ReceiveAsync(buffer, ct));
        await b.SendAsync("bye"u8.ToArray(), ct);
        Connection connection = Assert.Single(connector.Connections);
        b.Close();
        n = await a.ReceiveAsync(buffer, ct);
        Assert.Equal("bye", Encoding.ASCII.GetString(buffer, 0, n));
        Assert.Equal(0, await a.ReceiveAsync(buffer, ct));
        CloseInfo info = await connection.Completion.WaitAsync(TimeSpan.FromSeconds(5), ct);
        Assert.Equal(CloseReason.Completed, info.Reason);
        Assert.Equal(Side.A, info.Side);
        await connector.StopAsync(ct);
    }
}
