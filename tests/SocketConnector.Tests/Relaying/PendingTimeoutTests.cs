using System.Net;
using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

public sealed class PendingTimeoutTests
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan _tick = TimeSpan.FromTicks(1);
    private static readonly ListenOptions _listen = new(IPAddress.Loopback, 0);

    private readonly ManualClock _clock = new();

    private ConnectorOptions Options => Patient.Options with { TimeProvider = _clock, PendingTimeout = _timeout };

    [Theory]
    [InlineData(Side.A)]
    [InlineData(Side.B)]
    public async Task B97_A_peer_for_which_nobody_comes_is_reset_at_the_tick(Side side)
    {
        await using Connector connector = await Connector.ServerToServerAsync(_listen, _listen, Options, TestContext.Current.CancellationToken);
        using TestPeer early = await WaitAsync(connector, side, 1);
        _clock.Advance(_timeout / 2);
        using TestPeer late = await WaitAsync(connector, side, 2);
        Assert.Equal(1, _clock.ActiveTimers);

        _clock.Advance((_timeout / 2) - _tick);
        Assert.Equal(2, connector.GetPending(side).Count);
        _clock.Advance(_tick);
        Assert.Single(connector.GetPending(side));
        Assert.Equal(SocketError.ConnectionReset, (await early.ReadToWhateverEndAsync()).Error);

        _clock.Advance((_timeout / 2) - _tick);
        Assert.Single(connector.GetPending(side));
        _clock.Advance(_tick);
        Assert.Empty(connector.GetPending(side));
        Assert.Equal(SocketError.ConnectionReset, (await late.ReadToWhateverEndAsync()).Error);
        await ClosedAsync(connector, new CloseCount(CloseReason.PendingTimeout, side, 2));
        Assert.Equal(0, _clock.ActiveTimers);
    }

    [Fact]
    public async Task B97_One_that_is_joined_in_time_lives_on_and_the_next_has_its_whole_time()
    {
        await using Connector connector = await Connector.ServerToServerAsync(_listen, _listen, Options, TestContext.Current.CancellationToken);
        using TestPeer first = await WaitAsync(connector, Side.A, 1);
        _clock.Advance(_timeout - _tick);
        using TestPeer partner = await TestPeer.ConnectAsync(connector.EndPointB!);
        await first.WriteAsync("in time");
        Assert.Equal("in time", await partner.ReadTextAsync(7));

        using TestPeer next = await WaitAsync(connector, Side.B, 1);
        _clock.Advance(_timeout - _tick);
        Assert.Single(connector.GetPending(Side.B));
        _clock.Advance(_tick);
        Assert.Empty(connector.GetPending(Side.B));
        await partner.WriteAsync("still here");
        Assert.Equal("still here", await first.ReadTextAsync(10));
        await ClosedAsync(connector, new CloseCount(CloseReason.PendingTimeout, Side.B, 1));
    }

    [Fact]
    public async Task B97_Whatever_their_keys_all_are_timed_by_one_timer()
    {
        const int Count = 60;
        ListenOptions guarded = _listen with { AuthVerifier = KeyAsync };
        await using Connector connector = await Connector.ServerToServerAsync(guarded, _listen with { AuthVerifier = KeyAsync }, Options, TestContext.Current.CancellationToken);
        var peers = new List<TestPeer>();
        for (int i = 0; i < Count; i++)
        {
            Side side = i % 2 == 0 ? Side.A : Side.B;
            TestPeer peer = await TestPeer.ConnectAsync((side == Side.A ? connector.EndPointA : connector.EndPointB)!);
            peers.Add(peer);

            // No key is there twice.
            await peer.WriteAsync(new byte[] { (byte)i });
            await Eventually.TrueAsync(() => Waiting(connector) == i + 1);
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        await Eventually.TrueAsync(() => _clock.ActiveTimers == 1);
        _clock.Advance(_timeout - TimeSpan.FromMilliseconds(Count) - _tick);
        Assert.Equal(Count, Waiting(connector));
        for (int i = 1; i <= Count; i++)
        {
            _clock.Advance(i == 1 ? _tick : TimeSpan.FromMilliseconds(1));
            Assert.Equal(Count - i, Waiting(connector));
        }

        peers.ForEach(peer => peer.Dispose());
    }

    [Fact]
    public async Task B97_A_peer_that_waits_for_its_own_dial_is_left_to_that()
    {
        using var server = new TestServer(backlog: 1);
        await server.FillAsync();
        await using Connector connector = await Connector.ServerToSocketAsync(
            _listen, new ConnectOptions(server.EndPoint), Options with { ConnectTimeout = Timeout.InfiniteTimeSpan }, TestContext.Current.CancellationToken);
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == 1);

        _clock.Advance(10 * _timeout);

        Assert.Single(connector.GetPending(Side.A));
        await server.EmptyAsync();
        using TestPeer far = await server.AcceptAsync();
        await client.WriteAsync("there");
        Assert.Equal("there", await far.ReadTextAsync(5));
    }

    [Fact]
    public async Task B97_What_was_dialled_in_advance_expires_too_and_the_first_client_gets_another()
    {
        using var server = new TestServer();
        await using Connector connector = await Connector.SocketToServerAsync(new ConnectOptions(server.EndPoint), _listen, Options, TestContext.Current.CancellationToken);
        using TestPeer spare = await server.AcceptAsync();
        await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == 1);

        _clock.Advance(_timeout);

        Assert.Equal(SocketError.ConnectionReset, (await spare.ReadToWhateverEndAsync()).Error);
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointB!);
        using TestPeer far = await server.AcceptAsync();
        await client.WriteAsync("there");
        Assert.Equal("there", await far.ReadTextAsync(5));
        await ClosedAsync(connector, new CloseCount(CloseReason.PendingTimeout, Side.A, 1));
    }

    [Fact]
    public async Task B97_A_peer_that_is_not_taken_from_its_listener_expires()
    {
        await using PeerListener listener = await PeerListener.ListenAsync(Side.A, _listen, Options, TestContext.Current.CancellationToken);
        using TestPeer peer = await TestPeer.ConnectAsync(listener.EndPoint);
        await Eventually.TrueAsync(() => Inside.WaitingOf(listener, Side.A).Any());

        _clock.Advance(_timeout);

        Assert.Equal(SocketError.ConnectionReset, (await peer.ReadToWhateverEndAsync()).Error);
        Assert.Empty(Inside.WaitingOf(listener, Side.A));
    }

    [Theory]
    [InlineData("a partner comes")]
    [InlineData("it resets")]
    [InlineData("the connector is disposed")]
    public async Task B97_Whatever_happens_at_that_moment_it_ends_or_is_joined_once(string what)
    {
        for (int i = 0; i < 20; i++)
        {
            await using Connector connector = await Connector.ServerToServerAsync(_listen, _listen, Options, TestContext.Current.CancellationToken);
            using TestPeer peer = await WaitAsync(connector, Side.A, 1);
            using var barrier = new Barrier(2);
            Task<TestPeer?> other = Task.Run(async () =>
            {
                barrier.SignalAndWait(Eventually.Deadline, TestContext.Current.CancellationToken);
                switch (what)
                {
                    case "a partner comes":
                        return await TestPeer.ConnectAsync(connector.EndPointB!);
                    case "it resets":
                        peer.Reset();
                        break;
                    default:
                        await connector.DisposeAsync();
                        break;
                }

                return null;
            }, TestContext.Current.CancellationToken);
            barrier.SignalAndWait(Eventually.Deadline, TestContext.Current.CancellationToken);
            _clock.Advance(_timeout);
            using TestPeer? partner = await other.InTimeAsync();

            await Eventually.TrueAsync(() => (connector.GetConnections().Count, connector.GetPending(Side.A).Count) is (1, 0) || Closed(connector) == 1, explain: () => connector.GetStats().ToJson());
            await connector.DisposeAsync().AsTask().InTimeAsync();

            // A partner that nobody waits for any more may have been let in before the end, or not.
            ConnectorStats stats = connector.GetStats();
            Assert.Equal(1, stats.SocketPairs + stats.Closed.Where(closed => closed.Side == Side.A || partner is null).Sum(closed => closed.Count));
            Assert.Equal(0, _clock.ActiveTimers);
        }
    }

    private static long Closed(Connector connector) => connector.GetStats().Closed.Sum(closed => closed.Count);

    private static int Waiting(Connector connector) => connector.GetPending(Side.A).Count + connector.GetPending(Side.B).Count;

    private static Task ClosedAsync(Connector connector, CloseCount closed) =>
        Eventually.TrueAsync(() => connector.GetStats().Closed.SequenceEqual([closed]), explain: () => connector.GetStats().ToJson());

    private static async Task<TestPeer> WaitAsync(Connector connector, Side side, int place)
    {
        TestPeer peer = await TestPeer.ConnectAsync((side == Side.A ? connector.EndPointA : connector.EndPointB)!);
        await Eventually.TrueAsync(() => connector.GetPending(side).Count == place);
        return peer;
    }

    private static async ValueTask<AuthResult> KeyAsync(AuthContext context, CancellationToken cancellationToken)
    {
        System.IO.Pipelines.ReadResult read = await context.Transport.Input.ReadAsync(cancellationToken);
        string key = $"key {read.Buffer.FirstSpan[0]}";
        context.Transport.Input.AdvanceTo(read.Buffer.GetPosition(1));
        return AuthResult.Accept(key);
    }
}
