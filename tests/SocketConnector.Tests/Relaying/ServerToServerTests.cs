using System.Net;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

public sealed class ServerToServerTests : IAsyncLifetime
{
    private Connector _connector = null!;

    private (int A, int B, int Joined) Counts => (_connector.GetPending(Side.A).Count, _connector.GetPending(Side.B).Count, _connector.GetConnections().Count);

    public async ValueTask InitializeAsync() => _connector = await Connector.ServerToServerAsync(
        new ListenOptions(IPAddress.Loopback, 0), new ListenOptions(IPAddress.Loopback, 0), Patient.Options, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _connector.DisposeAsync();

    [Theory]
    [InlineData(Side.A)]
    [InlineData(Side.B)]
    public async Task B10_One_waits_and_the_other_joins_it(Side first)
    {
        Assert.Equal((0, 0, 0), Counts);
        using TestPeer waiting = await ConnectAsync(first);
        await Eventually.TrueAsync(() => Counts == (first == Side.A ? (1, 0, 0) : (0, 1, 0)), explain: () => Counts.ToString());
        Peer pending = Assert.Single(first == Side.A ? _connector.GetPending(Side.A) : _connector.GetPending(Side.B));
        Assert.Equal(first, pending.Side);
        Assert.Equal(waiting.LocalEndPoint, pending.RemoteEndPoint);
        Assert.Equal(waiting.Socket.RemoteEndPoint, pending.LocalEndPoint);

        using TestPeer partner = await ConnectAsync(first == Side.A ? Side.B : Side.A);
        await Eventually.TrueAsync(() => Counts == (0, 0, 1), explain: () => Counts.ToString());
        await waiting.WriteAsync("from the first");
        await partner.WriteAsync("from the second");
        Assert.Equal("from the first", await partner.ReadTextAsync(14));
        Assert.Equal("from the second", await waiting.ReadTextAsync(15));
        Connection connection = Assert.Single(_connector.GetConnections());
        Assert.Same(pending, first == Side.A ? connection.PeerA : connection.PeerB);
        Assert.True(connection.Id > 0);
    }

    [Fact]
    public async Task B10_Two_who_come_in_the_same_moment_are_joined_every_time()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            for (int round = 0; round < 100; round++)
            {
                TestPeer[] both = await Task.WhenAll(ConnectAsync(Side.A), ConnectAsync(Side.B));
                await Task.WhenAll(both.Select(peer => peer.WriteAsync("ping")));
                string[] heard = await Task.WhenAll(both.Select(peer => peer.ReadTextAsync(4)));
                Assert.Equal(["ping", "ping"], heard);
                Array.ForEach(both, peer => peer.Dispose());
            }
        }));
    }

    [Fact]
    public async Task B10_What_was_sent_while_waiting_comes_first()
    {
        using TestPeer a = await ConnectAsync(Side.A);
        await a.WriteAsync("early ");
        await Eventually.TrueAsync(() => Counts == (1, 0, 0));
        using TestPeer b = await ConnectAsync(Side.B);
        await Eventually.TrueAsync(() => Counts == (0, 0, 1));
        await a.WriteAsync("late");
        Assert.Equal("early late", await b.ReadTextAsync(10));
    }

    [Theory]
    [InlineData(Side.A)]
    [InlineData(Side.B)]
    public async Task B11_A_hundred_that_wait_are_joined_in_their_order(Side first)
    {
        TestPeer[] waiting = await ConnectAsync(first, 100);
        await Eventually.TrueAsync(() => Counts == (first == Side.A ? (100, 0, 0) : (0, 100, 0)), explain: () => Counts.ToString());
        TestPeer[] partners = await ConnectAsync(first == Side.A ? Side.B : Side.A, 100);
        await AssertPairedAsync(waiting, partners);
    }

    [Theory]
    [InlineData(20261)]
    [InlineData(20262)]
    public async Task B11_The_ith_A_meets_the_ith_B_however_they_come(int seed)
    {
        var random = new Random(seed);
        List<TestPeer> a = [], b = [];
        while (a.Count + b.Count < 200)
        {
            bool isA = b.Count == 100 || (a.Count < 100 && random.Next(2) == 0);
            (isA ? a : b).Add(await ConnectAsync(isA ? Side.A : Side.B));
        }

        await AssertPairedAsync([.. a], [.. b]);
    }

    private async Task AssertPairedAsync(TestPeer[] ones, TestPeer[] others)
    {
        await Task.WhenAll(ones.Select((peer, i) => peer.WriteAsync($"number {i:000}")));
        await Task.WhenAll(others.Select((peer, i) => peer.WriteAsync($"answer {i:000}")));
        string[] heard = await Task.WhenAll(others.Select(peer => peer.ReadTextAsync(10)));
        Assert.Equal([.. Enumerable.Range(0, ones.Length).Select(i => $"number {i:000}")], heard);
        string[] answered = await Task.WhenAll(ones.Select(peer => peer.ReadTextAsync(10)));
        Assert.Equal([.. Enumerable.Range(0, ones.Length).Select(i => $"answer {i:000}")], answered);
        Assert.Equal((0, 0, ones.Length), Counts);
        foreach (TestPeer peer in ones.Concat(others))
        {
            peer.Dispose();
        }
    }

    private Task<TestPeer> ConnectAsync(Side side) => TestPeer.ConnectAsync(side == Side.A ? _connector.EndPointA! : _connector.EndPointB!);

    private async Task<TestPeer[]> ConnectAsync(Side side, int count)
    {
        var peers = new TestPeer[count];
        for (int i = 0; i < count; i++)
        {
            peers[i] = await ConnectAsync(side);
        }

        return peers;
    }
}
