using System.Net;
using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

public sealed class ServerToSocketTests : IAsyncLifetime
{
    private readonly TestServer _far = new(backlog: 1024);
    private Connector _connector = null!;

    public async ValueTask InitializeAsync() => _connector = await StartAsync(new ListenOptions(IPAddress.Loopback, 0) { Backlog = 1024 });

    public async ValueTask DisposeAsync()
    {
        await _connector.DisposeAsync();
        _far.Dispose();
    }

    [Fact]
    public async Task B14_Five_clients_in_turn_each_get_their_own_B_and_the_counts_are_exact()
    {
        Assert.False(_far.HasWaiting, "nothing is dialled before a client comes");
        List<TestPeer> open = [];
        for (int i = 1; i <= 5; i++)
        {
            TestPeer client = await TestPeer.ConnectAsync(_connector.EndPointA!);
            TestPeer server = await _far.AcceptAsync();
            await client.WriteAsync($"client {i}");
            Assert.Equal($"client {i}", await server.ReadTextAsync(8));
            await server.WriteAsync($"server{i}");
            Assert.Equal($"server{i}", await client.ReadTextAsync(7));
            Assert.Equal(i, _connector.GetConnections().Count);
            open.AddRange([client, server]);
        }

        Assert.False(_far.HasWaiting, "one dial for each client");

        // A byte is counted once its write has returned, which may be a moment after it is read.
        await Eventually.TrueAsync(
            () => _connector.GetStats() is { SocketPairs: 5, ActiveConnections: 5, BytesAToB: 5 * 8, BytesBToA: 5 * 7 },
            explain: () => _connector.GetStats().ToJson());
        open.ForEach(peer => peer.Dispose());
        await Eventually.TrueAsync(() => _connector.GetConnections().Count == 0);
        ConnectorStats stats = _connector.GetStats();
        Assert.Equal((5, 0, 5 * 8, 5 * 7), (stats.SocketPairs, stats.ActiveConnections, stats.BytesAToB, stats.BytesBToA));
        Assert.Null(_connector.EndPointB);
        Assert.Null(_connector.PortB);
    }

    [Fact]
    public async Task B14_With_an_accept_limit_of_one_the_listener_closes_after_the_first()
    {
        await using Connector connector = await StartAsync(new ListenOptions(IPAddress.Loopback, 0) { AcceptLimit = 1 });
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        using TestPeer server = await _far.AcceptAsync();
        await client.WriteAsync("the only one");
        Assert.Equal("the only one", await server.ReadTextAsync(12));
        SocketException refused = await Assert.ThrowsAsync<SocketException>(() => TestPeer.ConnectAsync(connector.EndPointA!));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
        Assert.False(connector.IsClosed);
        await server.WriteAsync("is served");
        Assert.Equal("is served", await client.ReadTextAsync(9));
    }

    [Fact]
    public async Task B14_Of_many_at_once_an_accept_limit_of_three_admits_three()
    {
        await using Connector connector = await StartAsync(new ListenOptions(IPAddress.Loopback, 0) { AcceptLimit = 3 });
        Task<(byte[] Bytes, SocketError? Error)>[] clients = [.. Enumerable.Range(0, 30).Select(_ => TestPeer.ConnectToWhateverEndAsync(connector.EndPointA!, saying: "anybody?"))];
        var servers = new TestPeer[3];
        for (int i = 0; i < 3; i++)
        {
            servers[i] = await _far.AcceptAsync();
            Assert.Equal("anybody?", await servers[i].ReadTextAsync(8));
            await servers[i].WriteAsync("admitted");
            servers[i].EndHalf();
        }

        (byte[] Bytes, SocketError? Error)[] ends = await Task.WhenAll(clients);
        string told = string.Join(", ", ends.Select(end => $"{end.Bytes.Length} bytes {end.Error}"));
        Assert.True(ends.Count(end => end is { Bytes.Length: 8, Error: null }) == 3, told);
        Assert.True(ends.Count(end => end is { Bytes.Length: 0, Error: not null }) == 27, told);
        Assert.Equal(3, connector.GetStats().SocketPairs);
        Assert.False(_far.HasWaiting, "no dial for one that was not admitted");
        Array.ForEach(servers, server => server.Dispose());
    }

    [Fact]
    public async Task B15_Five_hundred_clients_at_once_each_talk_to_their_own_B()
    {
        const int Many = 500;
        Task serving = Task.WhenAll(Enumerable.Range(0, Many).Select(async _ =>
        {
            using TestPeer server = await _far.AcceptAsync();
            string name = await server.ReadTextAsync(10);
            await server.WriteAsync($"you are {name}");
            Assert.Equal(name, await server.ReadTextToEndAsync());
            server.EndHalf();
        }));
        TestPeer[] clients = await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => TestPeer.ConnectAsync(_connector.EndPointA!)));
        await Task.WhenAll(clients.Select(async (client, i) =>
        {
            string name = $"client {i:000}";
            await client.WriteAsync(name);
            Assert.Equal($"you are {name}", await client.ReadTextAsync(18));
            await client.WriteAsync(name);
            client.EndHalf();
            Assert.Empty(await client.ReadToEndAsync());
            client.Dispose();
        })).InTimeAsync(TimeSpan.FromSeconds(60));
        await serving.InTimeAsync(TimeSpan.FromSeconds(60));
        await Eventually.TrueAsync(() => _connector.GetConnections().Count == 0);
        ConnectorStats stats = _connector.GetStats();
        Assert.Equal((Many, Many * 20L, Many * 18L), (stats.SocketPairs, stats.BytesAToB, stats.BytesBToA));
        Assert.Equal([new CloseCount(CloseReason.Completed, Side.A, Many)], stats.Closed);
    }

    private Task<Connector> StartAsync(ListenOptions listen) =>
        Connector.ServerToSocketAsync(listen, new ConnectOptions(_far.EndPoint), Patient.Options, TestContext.Current.CancellationToken);
}
