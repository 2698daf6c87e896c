using System.Net;
using SocketConnector.Relaying;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

/// <summary>The socket that socket-to-server dials in advance.</summary>
public sealed class SpareTests
{
    private static readonly ListenOptions _listen = new(IPAddress.Loopback, 0);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B80_One_that_has_sent_something_and_then_left_is_not_handed_out(bool hasLeftBefore)
    {
        using var far = new TestServer();
        var clock = new ManualClock();
        await using Connector connector = await Connector.SocketToServerAsync(
            new ConnectOptions(far.EndPoint), _listen, Patient.Options with { TimeProvider = clock }, TestContext.Current.CancellationToken);
        using TestPeer stale = await far.AcceptAsync();
        await stale.WriteAsync("SSH-2.0-stale\r\n");
        await Eventually.TrueAsync(() => clock.ActiveTimers == 1);
        stale.EndHalf();
        if (hasLeftBefore)
        {
            await Eventually.TrueAsync(() =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return connector.GetPending(Side.A).Count == 0;
            });
        }

        using TestPeer b = await TestPeer.ConnectAsync(connector.EndPointB!);
        using TestPeer fresh = await far.AcceptAsync();
        await fresh.WriteAsync("SSH-2.0-fresh\r\n");
        Assert.Equal("SSH-2.0-fresh\r\n", await b.ReadTextAsync(15));
        await Eventually.TrueAsync(() => connector.GetStats().Closed.SequenceEqual([new CloseCount(CloseReason.PeerReset, Side.A, 1)]), explain: () => connector.GetStats().ToJson());
    }

    [Fact]
    public async Task B80_One_that_has_left_behind_its_authentication_is_not_handed_out()
    {
        using var far = new TestServer();
        await using Connector connector = await Connector.SocketToServerAsync(
            new ConnectOptions(far.EndPoint) { AuthVerifier = Verifiers.Word("go") }, _listen, Patient.Options, TestContext.Current.CancellationToken);
        using TestPeer stale = await far.AcceptAsync();
        await stale.WriteAsync("gostale");
        stale.EndHalf();
        await Eventually.TrueAsync(() => connector.GetStats().Closed.Count == 1 && connector.GetPending(Side.A).Count == 0, explain: () => connector.GetStats().ToJson());

        using TestPeer b = await TestPeer.ConnectAsync(connector.EndPointB!);
        using TestPeer fresh = await far.AcceptAsync();
        await fresh.WriteAsync("gofresh");
        Assert.Equal("fresh", await b.ReadTextAsync(5));
    }

    [Fact]
    public async Task B80_One_that_has_sent_something_and_stays_is_handed_out_with_it()
    {
        using var far = new TestServer();
        await using Connector connector = await Connector.SocketToServerAsync(new ConnectOptions(far.EndPoint), _listen, Patient.Options, TestContext.Current.CancellationToken);
        using TestPeer a = await far.AcceptAsync();
        await a.WriteAsync("banner");
        using TestPeer b = await TestPeer.ConnectAsync(connector.EndPointB!);
        Assert.Equal("banner", await b.ReadTextAsync(6));
        Assert.False(far.HasWaiting, "one dial is enough");
    }

    [Fact]
    public async Task B80_A_slow_verifier_on_it_holds_up_no_client_of_the_other_side()
    {
        using var far = new TestServer();
        var clock = new ManualClock();
        await using Connector connector = await Connector.SocketToServerAsync(
            new ConnectOptions(far.EndPoint) { AuthVerifier = Verifiers.Word("go") }, _listen, Patient.Options with { TimeProvider = clock }, TestContext.Current.CancellationToken);
        using TestPeer slow = await far.AcceptAsync();
        using TestPeer first = await TestPeer.ConnectAsync(connector.EndPointB!);
        await Eventually.TrueAsync(() => connector.GetPending(Side.B).Count == 1);
        await first.WriteAsync("first");

        // The second has one dialled at once, the first after a moment.
        using TestPeer second = await TestPeer.ConnectAsync(connector.EndPointB!);
        using TestPeer farOfSecond = await far.AcceptAsync();
        await farOfSecond.WriteAsync("go");
        await second.WriteAsync("second");
        Assert.Equal("second", await farOfSecond.ReadTextAsync(6));
        Assert.False(far.HasWaiting, "the first has waited for no time at all");
        await Eventually.TrueAsync(() => clock.Delays.Contains(SpareDial.HeadStart));
        clock.Advance(SpareDial.HeadStart);
        using TestPeer farOfFirst = await far.AcceptAsync();
        await farOfFirst.WriteAsync("go");
        Assert.Equal("first", await farOfFirst.ReadTextAsync(5));

        // What was dialled in advance is there for the next.
        await slow.WriteAsync("go");
        await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == 1);
        using TestPeer third = await TestPeer.ConnectAsync(connector.EndPointB!);
        await third.WriteAsync("third");
        Assert.Equal("third", await slow.ReadTextAsync(5));
        Assert.False(far.HasWaiting, "three clients, three dials");
    }

    [Fact]
    public async Task B80_The_first_client_gets_it_as_soon_as_it_is_authenticated()
    {
        using var far = new TestServer();
        await using Connector connector = await Connector.SocketToServerAsync(
            new ConnectOptions(far.EndPoint) { AuthVerifier = Verifiers.Word("go") }, _listen, Patient.Options with { TimeProvider = new ManualClock() }, TestContext.Current.CancellationToken);
        using TestPeer a = await far.AcceptAsync();
        using TestPeer b = await TestPeer.ConnectAsync(connector.EndPointB!);
        await Eventually.TrueAsync(() => connector.GetPending(Side.B).Count == 1);
        await a.WriteAsync("gohello");
        Assert.Equal("hello", await b.ReadTextAsync(5));
        Assert.False(far.HasWaiting, "one dial is enough");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B80_A_client_that_waits_for_it_is_dialled_for_if_it_is_rejected_and_noticed_if_it_leaves(bool leaves)
    {
        using var far = new TestServer();
        await using Connector connector = await Connector.SocketToServerAsync(
            new ConnectOptions(far.EndPoint) { AuthVerifier = Verifiers.Word("go") }, _listen, Patient.Options with { TimeProvider = new ManualClock() }, TestContext.Current.CancellationToken);
        using TestPeer rejected = await far.AcceptAsync();
        TestPeer b = await TestPeer.ConnectAsync(connector.EndPointB!);
        await Eventually.TrueAsync(() => connector.GetPending(Side.B).Count == 1);
        if (leaves)
        {
            b.Dispose();
            await Eventually.TrueAsync(() => connector.GetPending(Side.B).Count == 0);
            return;
        }

        await rejected.WriteAsync("no");
        Assert.Equal(Verifiers.Goodbye, await rejected.ReadTextToEndAsync());
        rejected.Dispose();
        using TestPeer a = await far.AcceptAsync();
        await a.WriteAsync("gohello");
        Assert.Equal("hello", await b.ReadTextAsync(5));
        b.Dispose();
    }
}
