using System.Net;
using System.Threading.Channels;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Diagnostics;

public sealed class PendingEventsTests
{
    private static readonly ListenOptions _listen = new(IPAddress.Loopback, 0);
    private readonly Channel<ConnectionEvent> _events = Channel.CreateUnbounded<ConnectionEvent>();

    private ConnectorOptions Options => Patient.Options with { Events = _events.Writer };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_peer_that_waits_is_told_as_pending_and_then_as_joined_to_one_that_did_not_wait()
    {
        await using Connector connector = await Connector.ServerToServerAsync(_listen, _listen, Options, Cancelled);
        using TestPeer b = await TestPeer.ConnectAsync(connector.EndPointB!);
        ConnectionEvent pending = await NextAsync();
        Assert.Equal((ConnectionEventKind.Pending, (long?)null, null, null), (pending.Kind, pending.ConnectionId, pending.Closed, pending.PeerA));
        Assert.Equal(b.LocalEndPoint, pending.PeerB?.RemoteEndPoint);

        using TestPeer a = await TestPeer.ConnectAsync(connector.EndPointA!);
        ConnectionEvent joined = await NextAsync();
        Assert.Equal(ConnectionEventKind.Joined, joined.Kind);
        Assert.Same(pending.PeerB, joined.PeerB);
    }

    [Fact]
    public async Task However_quickly_a_partner_comes_pending_is_told_once_and_before_joined()
    {
        const int Pairs = 200;
        await using Connector connector = await Connector.ServerToServerAsync(_listen, _listen, Options, Cancelled);
        TestPeer[] peers = await Task.WhenAll(Enumerable.Range(0, 2 * Pairs).Select(i =>
            Task.Run(() => TestPeer.ConnectAsync((i % 2 == 0 ? connector.EndPointA : connector.EndPointB)!), Cancelled)));
        var waiting = new HashSet<Peer>();
        var joined = new HashSet<Peer>();
        while (joined.Count < 2 * Pairs)
        {
            ConnectionEvent happened = await NextAsync();
            if (happened.Kind == ConnectionEventKind.Pending)
            {
                Assert.True(waiting.Add(happened.PeerA ?? happened.PeerB!) && !joined.Contains(happened.PeerA ?? happened.PeerB!), $"told twice or too late: {happened}");
            }
            else
            {
                Assert.Equal(ConnectionEventKind.Joined, happened.Kind);
                Assert.True(waiting.Contains(happened.PeerA!) != waiting.Contains(happened.PeerB!), $"one of the two has waited: {happened}");
                joined.UnionWith([happened.PeerA!, happened.PeerB!]);
            }
        }

        Assert.All(peers, peer => peer.Dispose());
    }

    [Fact]
    public async Task A_peer_whose_dial_hangs_is_pending_and_then_refused_once_for_the_side_that_was_dialled()
    {
        var clock = new ManualClock();
        using var far = new TestServer(backlog: 1);
        await far.FillAsync();
        await using Connector connector = await Connector.ServerToSocketAsync(_listen, new ConnectOptions(far.EndPoint), Options with { TimeProvider = clock }, Cancelled);
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        Assert.Equal(ConnectionEventKind.Pending, (await NextAsync()).Kind);
        await Eventually.TrueAsync(() => clock.ActiveTimers == 1);
        clock.Advance(Options.ConnectTimeout);

        await AssertRefusedLastAsync(connector, CloseReason.ConnectTimeout, Side.B, client.LocalEndPoint, isDialled: false);
    }

    [Fact]
    public async Task A_peer_that_leaves_while_its_dial_hangs_is_pending_and_then_refused_once_for_its_own_side()
    {
        using var far = new TestServer(backlog: 1);
        await far.FillAsync();
        await using Connector connector = await Connector.ServerToSocketAsync(_listen, new ConnectOptions(far.EndPoint), Options, Cancelled);
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        Assert.Equal(ConnectionEventKind.Pending, (await NextAsync()).Kind);
        client.Reset();

        await AssertRefusedLastAsync(connector, CloseReason.PeerReset, Side.A, client.LocalEndPoint, isDialled: false);
    }

    [Fact]
    public async Task Where_what_was_dialled_is_refused_both_peers_are_told_in_one_event()
    {
        using var far = new TestServer();
        ConnectOptions guarded = new(far.EndPoint) { AuthVerifier = (_, _) => ValueTask.FromResult(AuthResult.Reject("not the server that I know")) };
        await using Connector connector = await Connector.ServerToSocketAsync(_listen, guarded, Options, Cancelled);
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        Assert.Equal(ConnectionEventKind.Pending, (await NextAsync()).Kind);

        await AssertRefusedLastAsync(connector, CloseReason.AuthRejected, Side.B, client.LocalEndPoint, isDialled: true);
    }

    [Fact]
    public async Task A_proxy_s_client_whose_dial_is_done_at_once_was_never_pending()
    {
        const int Clients = 40;
        await using var far = new EchoServer();
        await using Connector connector = await Connector.ServerToSocketAsync(_listen, new ConnectOptions(far.EndPoint), Options, Cancelled);
        int joined = 0, pending = 0;
        while (joined < Clients)
        {
            using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
            ConnectionEvent happened;
            while ((happened = await NextAsync()).Kind != ConnectionEventKind.Joined)
            {
                pending += happened.Kind == ConnectionEventKind.Pending ? 1 : 0;
            }

            joined++;
        }

        // The portable engine has no quick way; with the other a busy machine may take longer now and then.
        Assert.InRange(pending, 0, TestEngine.Plain == RelayEngine.Portable ? Clients : Clients / 4);
    }

    [Fact]
    public async Task A_listener_of_peers_tells_who_waits_and_the_connector_that_joins_them_the_rest()
    {
        var told = Channel.CreateUnbounded<ConnectionEvent>();
        await using var connector = new Connector(Patient.Options with { Events = told.Writer });
        await using PeerListener listener = await PeerListener.ListenAsync(Side.A, _listen, Options, Cancelled);
        await using var dialer = new PeerDialer(Options);
        using var far = new TestServer();
        using TestPeer client = await TestPeer.ConnectAsync(listener.EndPoint);
        Peer peer = (await listener.AcceptAsync(Cancelled).AsTask().InTimeAsync())!;
        ConnectionEvent pending = await NextAsync();
        Assert.Equal((ConnectionEventKind.Pending, peer), (pending.Kind, pending.PeerA));

        Peer partner = await dialer.ConnectAsync(Side.B, new ConnectOptions(far.EndPoint), peer, Cancelled);
        await connector.JoinAsync(peer, partner, Cancelled);
        await connector.DisposeAsync();
        Assert.Equal([ConnectionEventKind.Joined, ConnectionEventKind.Closed], (ConnectionEventKind[])[(await told.Reader.ReadAsync(Cancelled)).Kind, (await told.Reader.ReadAsync(Cancelled)).Kind]);
        await listener.DisposeAsync();
        await dialer.DisposeAsync();
        Assert.False(_events.Reader.TryRead(out ConnectionEvent? more), $"told once more: {more}");
    }

    [Fact]
    public async Task A_pending_event_that_is_lost_is_counted_and_takes_no_other_with_it()
    {
        var writer = new Picky(_events.Writer);
        await using Connector connector = await Connector.ServerToServerAsync(_listen, _listen, Options with { Events = writer }, Cancelled);
        for (int i = 1; i <= 2; i++)
        {
            using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
            await Eventually.TrueAsync(() => connector.GetStats().LostEvents == i);
            client.Reset();
            Assert.Equal((ConnectionEventKind.Refused, CloseReason.PeerReset), (await NextAsync()) is var refused ? (refused.Kind, refused.Closed?.Reason) : default);
        }
    }

    private async Task AssertRefusedLastAsync(Connector connector, CloseReason reason, Side side, EndPoint client, bool isDialled)
    {
        ConnectionEvent refused = await NextAsync();
        Assert.Equal((ConnectionEventKind.Refused, reason, side), (refused.Kind, refused.Closed?.Reason, refused.Closed?.Side));
        Assert.Equal((client, isDialled), (refused.PeerA?.RemoteEndPoint, refused.PeerB is not null));
        await connector.DisposeAsync();
        Assert.False(_events.Reader.TryRead(out ConnectionEvent? more), $"told once more: {more}");
        Assert.Equal(1, connector.GetStats().Closed.Sum(closed => closed.Count));
    }

    private Task<ConnectionEvent> NextAsync() => _events.Reader.ReadAsync(Cancelled).AsTask().InTimeAsync(what: "an event");

    private sealed class Picky(ChannelWriter<ConnectionEvent> inner) : ChannelWriter<ConnectionEvent>
    {
        public override bool TryWrite(ConnectionEvent item) => item.Kind != ConnectionEventKind.Pending && inner.TryWrite(item);

        public override ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult(true);
    }
}
