using SocketConnector.TestKit;

namespace SocketConnector.Tests.Limits;

/// <summary>Limits on peers that wait for a partner.</summary>
public sealed class PendingLimitTests : IDisposable
{
    private readonly LimitedRelay _relay = new();

    private static ListenOptions Listen => LimitedRelay.Listen;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _relay.Dispose();

    [Fact]
    public async Task B91_Only_so_many_wait_for_a_partner_and_one_that_meets_a_partner_at_once_does_not_wait()
    {
        await using Connector connector = await _relay.RendezvousAsync(Listen with { MaxPending = 2, MaxPendingPerAddress = 1 }, Listen);
        TestPeer first = await _relay.ConnectAsync(connector, "127.0.0.1");
        await LimitedRelay.PendingAsync(connector, Side.A, 1);
        await _relay.RefuseAsync(connector, "127.0.0.1", "the limit of pending peers from one address, 1, is reached");
        await _relay.ConnectAsync(connector, "127.0.0.2");
        await LimitedRelay.PendingAsync(connector, Side.A, 2);
        await _relay.RefuseAsync(connector, "127.0.0.3", "the limit of pending peers, 2, is reached");

        TestPeer firstPartner = await _relay.ConnectAsync(connector.EndPointB!, "127.0.0.4");
        await LimitedRelay.TalkAsync(first, firstPartner);
        TestPeer third = await _relay.ConnectAsync(connector, "127.0.0.1");
        await LimitedRelay.PendingAsync(connector, Side.A, 2);
        TestPeer second = await _relay.ConnectAsync(connector.EndPointB!, "127.0.0.4"), other = await _relay.ConnectAsync(connector.EndPointB!, "127.0.0.4");
        await LimitedRelay.TalkAsync(third, other);
        await _relay.ConnectAsync(connector.EndPointB!, "127.0.0.4");
        await LimitedRelay.PendingAsync(connector, Side.B, 1);
        TestPeer atOnce = await _relay.ConnectAsync(connector, "127.0.0.1");
        await Eventually.TrueAsync(() => connector.GetConnections().Count == 4);
        Assert.Equal((0, 0), LimitedRelay.PendingCounts(connector));
        atOnce.Reset();
        second.Reset();
    }

    [Fact]
    public async Task B91_One_that_leaves_while_it_waits_gives_its_place_to_the_next()
    {
        await using Connector connector = await _relay.RendezvousAsync(Listen with { MaxPending = 1, MaxPendingPerAddress = 1 }, Listen);
        for (int i = 0; i < 3; i++)
        {
            TestPeer waits = await _relay.ConnectAsync(connector, "127.0.0.1");
            await LimitedRelay.PendingAsync(connector, Side.A, 1);
            await _relay.RefuseAsync(connector, "127.0.0.1", "the limit of pending peers, 1, is reached");
            waits.Reset();
            await LimitedRelay.PendingAsync(connector, Side.A, 0);
            Assert.Equal((0, 0), LimitedRelay.PendingCounts(connector));
        }
    }

    [Fact]
    public async Task B91_Those_that_wait_for_their_own_dial_are_not_pending()
    {
        await _relay.Target.FillAsync();
        await using Connector connector = await _relay.ServeAsync(Listen with { MaxPending = 1, MaxPendingPerAddress = 1 });
        for (int i = 1; i <= 3; i++)
        {
            await _relay.ConnectAsync(connector, "127.0.0.1");
            await LimitedRelay.PendingAsync(connector, Side.A, i);
        }

        Assert.Equal((0, 0), LimitedRelay.PendingCounts(connector));
        Assert.Empty(connector.GetStats().Closed);
    }

    [Fact]
    public async Task B91_From_a_listener_those_count_as_pending_that_were_not_taken_and_as_open_that_were_not_closed()
    {
        await using PeerListener listener = await PeerListener.ListenAsync(Side.A, Listen with { MaxConnections = 2, MaxPending = 1 }, _relay.Options, Cancelled);
        TestPeer first = await _relay.ConnectAsync(listener.EndPoint, "127.0.0.1");
        Assert.Equal(ConnectionEventKind.Pending, (await _relay.NextEventAsync()).Kind);
        await _relay.ConnectAsync(listener.EndPoint, "127.0.0.1");
        Assert.Equal("the limit of pending peers, 1, is reached", (await _relay.RefusedAsync()).Detail);
        Peer taken = (await listener.AcceptAsync(Cancelled))!;
        TestPeer second = await _relay.ConnectAsync(listener.EndPoint, "127.0.0.1");
        Peer other = (await listener.AcceptAsync(Cancelled).AsTask().InTimeAsync())!;
        await _relay.ConnectAsync(listener.EndPoint, "127.0.0.1");
        Assert.Equal("the limit of open peers, 2, is reached", (await _relay.RefusedAsync()).Detail);
        taken.Dispose();
        await _relay.ConnectAsync(listener.EndPoint, "127.0.0.1");
        using Peer third = (await listener.AcceptAsync(Cancelled).AsTask().InTimeAsync())!;
        other.Dispose();
        Assert.NotEqual(first.LocalEndPoint, second.LocalEndPoint);
    }
}
