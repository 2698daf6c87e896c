using System.Net;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

/// <summary>A connector that listens on both sides, and everybody who was sent to it.</summary>
internal sealed class HookedRendezvous(Connector connector, LogCollector log) : IAsyncDisposable
{
    private readonly List<TestPeer> _peers = [];

    public Connector Connector => connector;

    public LogCollector Log => log;

    public static async Task<HookedRendezvous> StartAsync(ConnectorOptions options)
    {
        var log = new LogCollector();
        var listen = new ListenOptions(IPAddress.Loopback, 0);
        return new HookedRendezvous(
            await Connector.ServerToServerAsync(listen, listen, options with { LoggerFactory = log }, TestContext.Current.CancellationToken), log);
    }

    public async Task<(TestPeer A, TestPeer B)> ConnectBothAsync()
    {
        TestPeer a = await TestPeer.ConnectAsync(connector.EndPointA!);
        _peers.Add(a);
        await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == 1);
        TestPeer b = await TestPeer.ConnectAsync(connector.EndPointB!);
        _peers.Add(b);
        return (a, b);
    }

    public async ValueTask DisposeAsync()
    {
        _peers.ForEach(peer => peer.Dispose());
        await connector.DisposeAsync();
    }
}
