using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Admission;

/// <summary>A connector that listens on both sides and verifies A, and B if it is told how.</summary>
internal sealed class Gate(Connector connector, ManualClock clock) : IAsyncDisposable
{
    private readonly ConcurrentBag<TestPeer> _peers = [];

    public Connector Connector => connector;

    public ManualClock Clock => clock;

    public static async Task<Gate> OpenAsync(
        SocketAuthVerifier verifier, Func<ConnectorOptions, ConnectorOptions>? options = null, int? acceptLimit = null, SocketAuthVerifier? verifierB = null)
    {
        var clock = new ManualClock();
        ConnectorOptions patient = Patient.Options with { TimeProvider = clock };
        return new Gate(
            await Connector.ServerToServerAsync(
                new ListenOptions(IPAddress.Loopback, 0) { AuthVerifier = verifier, AcceptLimit = acceptLimit },
                new ListenOptions(IPAddress.Loopback, 0) { AuthVerifier = verifierB },
                options?.Invoke(patient) ?? patient,
                TestContext.Current.CancellationToken),
            clock);
    }

    public Task<TestPeer> ConnectAAsync(string says = "") => ConnectAsync(connector.EndPointA!, says);

    public Task<TestPeer> ConnectBAsync(string says = "") => ConnectAsync(connector.EndPointB!, says);

    public Task PendingAAsync(int count) => Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == count, explain: () => connector.GetStats().ToJson());

    public Task ClosedAsync(CloseReason reason, long count = 1, Side? side = Side.A) => Eventually.TrueAsync(
        () => connector.GetStats().Closed.Contains(new CloseCount(reason, side, count)), explain: () => $"{reason} {count} times: {connector.GetStats().ToJson()}");

    /// <summary>Whatever happened before, an A who says "go" meets a B who comes.</summary>
    public async Task GoodOnesMeetAsync()
    {
        TestPeer a = await ConnectAAsync("go");
        TestPeer b = await ConnectBAsync();
        await a.WriteAsync("good");
        Assert.Equal("good", await b.ReadTextAsync(4));
        a.Reset();
        Assert.Equal(SocketError.ConnectionReset, (await b.ReadToWhateverEndAsync()).Error);
        await Eventually.TrueAsync(() => connector.GetConnections().Count == 0);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (TestPeer peer in _peers)
        {
            peer.Dispose();
        }

        await connector.DisposeAsync().AsTask().InTimeAsync(what: "the connector's disposal");
    }

    private async Task<TestPeer> ConnectAsync(EndPoint endPoint, string says)
    {
        TestPeer peer = await TestPeer.ConnectAsync(endPoint);
        _peers.Add(peer);
        await peer.WriteAsync(says);
        return peer;
    }
}
