using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

/// <summary>The blocks that the modes are made of, for a rule of pairing of one's own.</summary>
public sealed class BlockTests : IAsyncLifetime
{
    private readonly Connector _connector = new(Patient.Options);
    private PeerListener _a = null!;
    private PeerListener _b = null!;

    public async ValueTask InitializeAsync()
    {
        _a = await PeerListener.ListenAsync(Side.A, new ListenOptions(IPAddress.Loopback, 0), Patient.Options, TestContext.Current.CancellationToken);
        _b = await PeerListener.ListenAsync(Side.B, new ListenOptions(IPAddress.Loopback, 0), Patient.Options, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _a.DisposeAsync();
        await _b.DisposeAsync();
        await _connector.DisposeAsync();
    }

    [Fact]
    public async Task B82_Peers_are_handed_out_in_the_order_of_their_coming_and_joined_by_whatever_rule()
    {
        using TestPeer a1 = await ArriveAsync(_a, Side.A), a2 = await ArriveAsync(_a, Side.A);
        Peer first = await NextAsync(_a), second = await NextAsync(_a);
        Assert.Equal((a1.LocalEndPoint, a2.LocalEndPoint), (first.RemoteEndPoint, second.RemoteEndPoint));
        using TestPeer b1 = await ArriveAsync(_b, Side.B), b2 = await ArriveAsync(_b, Side.B);
        Peer third = await NextAsync(_b), fourth = await NextAsync(_b);
        Connection crossed = await _connector.JoinAsync(fourth, first, TestContext.Current.CancellationToken);
        await _connector.JoinAsync(second, third, TestContext.Current.CancellationToken);
        await CrossAsync(a1, b2);
        await CrossAsync(a2, b1);
        Assert.Equal((first, fourth), (crossed.PeerA, crossed.PeerB));
        Assert.Equal(TestEngine.Plain, crossed.Engine);
    }

    [Fact]
    public async Task B82_A_peer_that_is_dialled_for_another_is_joined_to_it()
    {
        using var target = new TestServer();
        await using var dialer = new PeerDialer(Patient.Options);
        using TestPeer client = await ArriveAsync(_a, Side.A);
        Peer peer = await NextAsync(_a);
        Peer partner = await dialer.ConnectAsync(Side.B, new ConnectOptions(target.EndPoint), peer, TestContext.Current.CancellationToken);
        using TestPeer far = await target.AcceptAsync();
        await _connector.JoinAsync(peer, partner, TestContext.Current.CancellationToken);
        await client.WriteAsync("there");
        client.EndHalf();
        Assert.Equal("there", await far.ReadTextAsync(5));
        Assert.Empty(await far.ReadToEndAsync());
        await far.WriteAsync("back");
        Assert.Equal("back", await client.ReadTextAsync(4));
    }

    [Fact]
    public async Task B82_A_dial_is_given_up_when_the_peer_that_it_is_for_leaves()
    {
        using var silent = new TestServer(backlog: 1);
        await silent.FillAsync();
        await using var dialer = new PeerDialer(Patient.Options);
        using TestPeer client = await ArriveAsync(_a, Side.A);
        Peer peer = await NextAsync(_a);
        Task<Peer> dialling = dialer.ConnectAsync(Side.B, new ConnectOptions(silent.EndPoint), peer, TestContext.Current.CancellationToken);
        client.Reset();
        SocketException left = await Assert.ThrowsAsync<SocketException>(() => dialling.InTimeAsync());
        Assert.Equal(SocketError.ConnectionAborted, left.SocketErrorCode);
        Assert.Contains("has left", left.Message, StringComparison.Ordinal);
        peer.Dispose();
    }

    [Fact]
    public async Task B82_A_peer_that_its_owner_disposes_while_one_is_dialled_for_it_is_reset_at_once()
    {
        using var silent = new TestServer(backlog: 1);
        await silent.FillAsync();
        await using var dialer = new PeerDialer(Patient.Options);
        using TestPeer client = await ArriveAsync(_a, Side.A);
        Peer peer = await NextAsync(_a);
        Task<Peer> dialling = dialer.ConnectAsync(Side.B, new ConnectOptions(silent.EndPoint), peer, TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<ArgumentException>(
            "forPeer", () => dialer.ConnectAsync(Side.B, new ConnectOptions(silent.EndPoint), peer, TestContext.Current.CancellationToken).InTimeAsync());
        peer.Dispose();
        Assert.Equal(SocketError.ConnectionReset, (await client.ReadToWhateverEndAsync()).Error);
        Assert.Equal(SocketError.ConnectionAborted, (await Assert.ThrowsAsync<SocketException>(() => dialling.InTimeAsync())).SocketErrorCode);
    }

    [Fact]
    public async Task B82_A_dial_that_its_caller_gives_up_says_so_during_authentication_too()
    {
        using var target = new TestServer();
        await using var dialer = new PeerDialer(Patient.Options);
        var running = new TaskCompletionSource<CancellationToken>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var enough = new CancellationTokenSource();
        Task<Peer> dialling = dialer.ConnectAsync(Side.B, new ConnectOptions(target.EndPoint) { AuthVerifier = Verifiers.Hanging(running) }, cancellationToken: enough.Token);
        using TestPeer far = await target.AcceptAsync();
        await running.Task.InTimeAsync();
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dialling.InTimeAsync());
        Assert.Equal(SocketError.ConnectionReset, (await far.ReadToWhateverEndAsync()).Error);
    }

    [Fact]
    public async Task B82_A_refused_dial_leaves_the_other_peer_to_its_owner()
    {
        await using var dialer = new PeerDialer(Patient.Options);
        using TestPeer client = await ArriveAsync(_a, Side.A);
        Peer peer = await NextAsync(_a);
        var refusing = new ConnectOptions(new IPEndPoint(IPAddress.Loopback, TestServer.RefusingPort()));
        SocketException refused = await Assert.ThrowsAsync<SocketException>(() => dialer.ConnectAsync(Side.B, refusing, peer, TestContext.Current.CancellationToken).InTimeAsync());
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
        using TestPeer other = await ArriveAsync(_b, Side.B);
        await _connector.JoinAsync(peer, await NextAsync(_b), TestContext.Current.CancellationToken);
        await CrossAsync(client, other);
    }

    [Fact]
    public async Task B82_Everything_that_is_abandoned_is_reset()
    {
        using TestPeer dropped = await ArriveAsync(_a, Side.A), untaken = await ArriveAsync(_a, Side.A);
        Peer taken = await NextAsync(_a);
        taken.Dispose();
        Assert.Equal(SocketError.ConnectionReset, (await dropped.ReadToWhateverEndAsync()).Error);
        taken.Dispose();
        await _a.DisposeAsync();
        Assert.Equal(SocketError.ConnectionReset, (await untaken.ReadToWhateverEndAsync()).Error);
        Assert.Null(await _a.AcceptAsync(TestContext.Current.CancellationToken).AsTask().InTimeAsync());
    }

    [Fact]
    public async Task B82_A_peer_outlives_its_listener_until_its_owner_is_done_with_it()
    {
        using TestPeer a = await ArriveAsync(_a, Side.A), b = await ArriveAsync(_b, Side.B);
        Peer one = await NextAsync(_a), other = await NextAsync(_b);
        await _a.DisposeAsync();
        await _b.DisposeAsync();
        await _connector.JoinAsync(one, other, TestContext.Current.CancellationToken);
        await CrossAsync(a, b);
    }

    [Fact]
    public async Task B82_A_peer_that_its_owner_disposes_is_told_like_any_that_is_not_joined()
    {
        var events = Channel.CreateUnbounded<ConnectionEvent>();
        await using PeerListener listener = await PeerListener.ListenAsync(
            Side.A, new ListenOptions(IPAddress.Loopback, 0), Patient.Options with { Events = events.Writer }, TestContext.Current.CancellationToken);
        using TestPeer client = await ArriveAsync(listener, Side.A);
        Peer peer = await NextAsync(listener);

        peer.Dispose();
        peer.Dispose();

        Assert.NotNull((await client.ReadToWhateverEndAsync()).Error);
        Assert.Equal(ConnectionEventKind.Pending, (await events.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().InTimeAsync()).Kind);
        ConnectionEvent refused = await events.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().InTimeAsync();
        Assert.Equal((ConnectionEventKind.Refused, peer, CloseReason.Aborted), (refused.Kind, refused.PeerA, refused.Closed!.Reason));
        Assert.False(events.Reader.TryRead(out _), "it is told twice");
    }

    [Fact]
    public async Task B82_A_peer_is_joined_once_and_what_a_mistake_leaves_is_still_its_owners()
    {
        using TestPeer a1 = await ArriveAsync(_a, Side.A), a2 = await ArriveAsync(_a, Side.A), b = await ArriveAsync(_b, Side.B);
        Peer one = await NextAsync(_a), spare = await NextAsync(_a), other = await NextAsync(_b);
        await Assert.ThrowsAsync<ArgumentException>("partner", () => _connector.JoinAsync(one, one, TestContext.Current.CancellationToken));
        await _connector.JoinAsync(one, other, TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<ArgumentException>("partner", () => _connector.JoinAsync(spare, other, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<ArgumentException>("peer", () => _connector.JoinAsync(other, spare, TestContext.Current.CancellationToken));
        one.Dispose();
        await CrossAsync(a1, b);
        spare.Dispose();
        Assert.Equal(SocketError.ConnectionReset, (await a2.ReadToWhateverEndAsync()).Error);
    }

    [Fact]
    public async Task B82_A_peer_that_leaves_before_anybody_takes_it_is_not_handed_out()
    {
        using TestPeer gone = await ArriveAsync(_a, Side.A);
        gone.Reset();
        using TestPeer stays = await TestPeer.ConnectAsync(_a.EndPoint);
        Peer taken;
        do
        {
            // The one that reset may be taken in the moment before that is known.
            taken = await NextAsync(_a);
        }
        while (!Equals(taken.RemoteEndPoint, stays.LocalEndPoint));
        taken.Dispose();
    }

    [Fact]
    public async Task B82_Waiting_for_a_peer_can_be_given_up_and_loses_nobody()
    {
        using var enough = new CancellationTokenSource();
        Task<Peer?> waiting = _a.AcceptAsync(enough.Token).AsTask();
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.InTimeAsync());
        using TestPeer client = await ArriveAsync(_a, Side.A);
        Assert.Equal(client.LocalEndPoint, (await NextAsync(_a)).RemoteEndPoint);
    }

    [Fact]
    public async Task B82_An_accept_limit_counts_the_peers_that_were_joined()
    {
        await using PeerListener one = await PeerListener.ListenAsync(
            Side.A, new ListenOptions(IPAddress.Loopback, 0) { AcceptLimit = 1 }, Patient.Options, TestContext.Current.CancellationToken);
        using (TestPeer dropped = await TestPeer.ConnectAsync(one.EndPoint))
        {
            (await NextAsync(one)).Dispose();
        }

        using TestPeer a = await TestPeer.ConnectAsync(one.EndPoint), b = await ArriveAsync(_b, Side.B);
        await _connector.JoinAsync(await NextAsync(one), await NextAsync(_b), TestContext.Current.CancellationToken);
        await CrossAsync(a, b);
        SocketException refused = await Assert.ThrowsAsync<SocketException>(() => TestPeer.ConnectAsync(one.EndPoint));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    /// <summary>Comes, and says so only when the one before was admitted, so that the order is known.</summary>
    private static async Task<TestPeer> ArriveAsync(PeerListener listener, Side side)
    {
        int before = Inside.WaitingOf(listener, side).Count();
        TestPeer peer = await TestPeer.ConnectAsync(listener.EndPoint);
        await Eventually.TrueAsync(() => Inside.WaitingOf(listener, side).Count() > before);
        return peer;
    }

    private static async Task<Peer> NextAsync(PeerListener listener)
    {
        Peer? peer = await listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask().InTimeAsync();
        Assert.NotNull(peer);
        return peer;
    }

    private static async Task CrossAsync(TestPeer a, TestPeer b)
    {
        await a.WriteAsync("ping");
        Assert.Equal("ping", await b.ReadTextAsync(4));
        await b.WriteAsync("pong");
        Assert.Equal("pong", await a.ReadTextAsync(4));
    }
}
