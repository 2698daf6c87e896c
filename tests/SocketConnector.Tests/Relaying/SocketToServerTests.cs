using System.Net;
using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

public sealed class SocketToServerTests : IAsyncLifetime
{
    private readonly TestServer _far = new();
    private Connector _connector = null!;

    public async ValueTask InitializeAsync() => _connector = await StartAsync(limit: null);

    public async ValueTask DisposeAsync()
    {
        await _connector.DisposeAsync();
        _far.Dispose();
    }

    [Fact]
    public async Task B12_It_dials_at_the_start_and_a_connection_exists_only_when_B_comes()
    {
        using TestPeer a = await _far.AcceptAsync();
        await Eventually.TrueAsync(() => _connector.GetPending(Side.A).Count == 1);
        Assert.Empty(_connector.GetConnections());
        Assert.Null(_connector.EndPointA);

        using TestPeer b = await TestPeer.ConnectAsync(_connector.EndPointB!);
        await CrossAsync(a, b);
        Assert.Single(_connector.GetConnections());
        Assert.Empty(_connector.GetPending(Side.A));
        Assert.False(_far.HasWaiting, "the dial made at the start is the one that is used");
    }

    [Fact]
    public async Task B12_What_A_says_at_once_waits_for_B()
    {
        using TestPeer a = await _far.AcceptAsync();
        await a.WriteAsync("banner");
        await Eventually.TrueAsync(() => _connector.GetPending(Side.A).Count == 1);
        using TestPeer b = await TestPeer.ConnectAsync(_connector.EndPointB!);
        Assert.Equal("banner", await b.ReadTextAsync(6));
    }

    [Fact]
    public async Task B12_A_second_B_gets_a_second_dial()
    {
        using TestPeer a1 = await _far.AcceptAsync();
        using TestPeer b1 = await TestPeer.ConnectAsync(_connector.EndPointB!);
        await CrossAsync(a1, b1);
        using TestPeer b2 = await TestPeer.ConnectAsync(_connector.EndPointB!);
        using TestPeer a2 = await _far.AcceptAsync();
        await CrossAsync(a2, b2);
        await CrossAsync(a1, b1);
        Assert.Equal(2, _connector.GetConnections().Count);
    }

    [Fact]
    public async Task B12_With_an_accept_limit_of_one_there_is_one_dial_and_no_second_B()
    {
        using var far = new TestServer();
        await using Connector connector = await Connector.SocketToServerAsync(
            new ConnectOptions(far.EndPoint), new ListenOptions(IPAddress.Loopback, 0) { AcceptLimit = 1 }, Patient.Options, TestContext.Current.CancellationToken);
        using TestPeer a = await far.AcceptAsync();
        using TestPeer b = await TestPeer.ConnectAsync(connector.EndPointB!);
        await CrossAsync(a, b);
        SocketException refused = await Assert.ThrowsAsync<SocketException>(() => TestPeer.ConnectAsync(connector.EndPointB!));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
        Assert.False(far.HasWaiting, "nobody is there to dial for");
        await CrossAsync(a, b);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B12_A_dialled_A_that_left_while_it_waited_is_replaced_when_a_B_comes(bool resets)
    {
        TestPeer gone = await _far.AcceptAsync();
        await Eventually.TrueAsync(() => _connector.GetPending(Side.A).Count == 1);
        if (resets)
        {
            gone.Reset();
        }
        else
        {
            gone.Dispose();
        }

        await Eventually.TrueAsync(() => _connector.GetPending(Side.A).Count == 0);
        Assert.False(_connector.IsClosed);
        Assert.False(_far.HasWaiting, "no dial before somebody needs it");
        using TestPeer b = await TestPeer.ConnectAsync(_connector.EndPointB!);
        using TestPeer a = await _far.AcceptAsync();
        await CrossAsync(a, b);
    }

    [Fact]
    public async Task B12_A_B_that_comes_in_the_moment_in_which_A_leaves_gets_a_live_one()
    {
        TestPeer gone = await _far.AcceptAsync();
        await Eventually.TrueAsync(() => _connector.GetPending(Side.A).Count == 1);
        gone.Reset();
        using TestPeer b = await TestPeer.ConnectAsync(_connector.EndPointB!);
        using TestPeer a = await _far.AcceptAsync();
        await CrossAsync(a, b);
    }

    [Fact]
    public async Task B12_Many_B_at_once_each_get_an_A_of_their_own()
    {
        using TestPeer spare = await _far.AcceptAsync();
        TestPeer[] b = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => TestPeer.ConnectAsync(_connector.EndPointB!)));
        List<TestPeer> a = [spare];
        while (a.Count < 50)
        {
            a.Add(await _far.AcceptAsync());
        }

        await Task.WhenAll(b.Select((peer, i) => peer.WriteAsync($"number {i:000}")));
        string[] heard = await Task.WhenAll(a.Select(peer => peer.ReadTextAsync(10)));
        Assert.Equal(50, heard.Distinct(StringComparer.Ordinal).Count());
        Assert.False(_far.HasWaiting, "fifty were enough");
        foreach (TestPeer peer in b.Concat(a))
        {
            peer.Dispose();
        }
    }

    private static async Task CrossAsync(TestPeer a, TestPeer b)
    {
        await a.WriteAsync("to B");
        await b.WriteAsync("to A");
        Assert.Equal("to B", await b.ReadTextAsync(4));
        Assert.Equal("to A", await a.ReadTextAsync(4));
    }

    private Task<Connector> StartAsync(int? limit) => Connector.SocketToServerAsync(
        new ConnectOptions(_far.EndPoint), new ListenOptions(IPAddress.Loopback, 0) { AcceptLimit = limit }, Patient.Options, TestContext.Current.CancellationToken);
}
