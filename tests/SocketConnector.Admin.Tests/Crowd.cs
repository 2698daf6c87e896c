using System.Net;
using SocketConnector.TestKit;

namespace SocketConnector.Admin.Tests;

/// <summary>A connector with many connections through it.</summary>
internal sealed class Crowd : IAsyncDisposable
{
    private readonly TestServer _server = new();
    private readonly List<TestPeer> _far = [];

    private Crowd(Connector connector) => Connector = connector;

    public Connector Connector { get; private set; }

    /// <summary>Those on side A, in the order in which they connected.</summary>
    public List<TestPeer> Peers { get; } = [];

    public static async Task<Crowd> StartAsync(int count)
    {
        var crowd = new Crowd(null!);
        crowd.Connector = await Connector.ServerToSocketAsync(
            new ListenOptions(IPAddress.Loopback, 0),
            new ConnectOptions(crowd._server.EndPoint),
            new ConnectorOptions { GracePeriod = Timeout.InfiniteTimeSpan },
            TestContext.Current.CancellationToken);
        for (int i = 0; i < count; i++)
        {
            await crowd.AddAsync();
        }

        await Eventually.TrueAsync(() => crowd.Connector.GetConnections().Count == count);
        return crowd;
    }

    public async Task<TestPeer> AddAsync()
    {
        Peers.Add(await TestPeer.ConnectAsync(Connector.EndPointA!));
        _far.Add(await _server.AcceptAsync());
        return Peers[^1];
    }

    /// <summary>The oldest goes.</summary>
    public void Leave()
    {
        Peers[0].Dispose();
        _far[0].Dispose();
        Peers.RemoveAt(0);
        _far.RemoveAt(0);
    }

    /// <summary>Closes all of them.</summary>
    public void Forget()
    {
        while (Peers.Count > 0)
        {
            Leave();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Peers.ForEach(static peer => peer.Dispose());
        _far.ForEach(static peer => peer.Dispose());
        _server.Dispose();
        await Connector.DisposeAsync().AsTask().InTimeAsync();
    }
}
