using System.Net;
using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

/// <summary>A limit counts peers that were joined; one that was never joined gives its place back.</summary>
public sealed class AcceptLimitTests
{
    private static readonly ListenOptions _once = new(IPAddress.Loopback, 0) { AcceptLimit = 1 };
    private static readonly ListenOptions _always = new(IPAddress.Loopback, 0);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B14_A_peer_that_leaves_while_it_waits_gives_its_place_back(bool resets)
    {
        await using Connector connector = await Connector.ServerToServerAsync(_once, _once, Patient.Options, TestContext.Current.CancellationToken);
        for (int i = 0; i < 3; i++)
        {
            TestPeer scanner = await TestPeer.ConnectAsync(connector.EndPointA!);
            await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == 1);
            if (resets)
            {
                scanner.Reset();
            }
            else
            {
                scanner.Dispose();
            }

            await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == 0);
            Assert.False(connector.Exhaustion.IsCompleted, connector.GetStats().ToJson());
        }

        await OnePairAndNoMoreAsync(connector);
    }

    [Fact]
    public async Task B14_A_failed_dial_gives_the_clients_place_back()
    {
        int port = TestServer.RefusingPort();
        await using Connector connector = await Connector.ServerToSocketAsync(_once, new ConnectOptions(port), Patient.Options, TestContext.Current.CancellationToken);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(SocketError.ConnectionReset, (await TestPeer.ConnectToWhateverEndAsync(connector.EndPointA!)).Error);
        }

        await Eventually.TrueAsync(() => connector.GetStats().Closed is [{ Count: 3 }]);
        Assert.False(connector.Exhaustion.IsCompleted);
        using var far = new TestServer(port: port);
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        using TestPeer server = await far.AcceptAsync();
        await client.WriteAsync("served");
        Assert.Equal("served", await server.ReadTextAsync(6));
        Assert.NotNull((await TestPeer.ConnectToWhateverEndAsync(connector.EndPointA!)).Error);
        client.Reset();
        await connector.Exhaustion.InTimeAsync();
    }

    [Fact]
    public async Task B14_A_hook_that_throws_gives_both_places_back()
    {
        int calls = 0;
        ConnectorOptions options = Patient.Options with { BeforeJoining = (_, _) => Interlocked.Increment(ref calls) == 1 ? throw new InvalidOperationException("not yet") : ValueTask.CompletedTask };
        await using Connector connector = await Connector.ServerToServerAsync(_once, _once, options, TestContext.Current.CancellationToken);
        using (TestPeer a = await TestPeer.ConnectAsync(connector.EndPointA!))
        using (TestPeer b = await TestPeer.ConnectAsync(connector.EndPointB!))
        {
            Assert.NotNull((await a.ReadToWhateverEndAsync()).Error);
        }

        await OnePairAndNoMoreAsync(connector);
    }

    [Fact]
    public async Task B14_While_the_places_are_held_further_clients_wait_and_move_up()
    {
        await using Connector connector = await Connector.ServerToServerAsync(_once, _always, Patient.Options, TestContext.Current.CancellationToken);
        TestPeer first = await TestPeer.ConnectAsync(connector.EndPointA!);
        await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == 1);
        using TestPeer second = await TestPeer.ConnectAsync(connector.EndPointA!);
        await second.WriteAsync("second");
        using TestPeer third = await TestPeer.ConnectAsync(connector.EndPointA!);
        first.Dispose();

        using TestPeer b = await ConnectWhenAsync(connector.EndPointB!, () => IsPending(connector, second));
        Assert.Equal("second", await b.ReadTextAsync(6));
        Assert.NotNull((await third.ReadToWhateverEndAsync("and I?")).Error);
        second.Dispose();
        b.Dispose();
        await connector.Exhaustion.InTimeAsync();
    }

    [Fact]
    public async Task B14_Of_two_that_are_let_in_at_once_the_second_moves_up_when_the_first_leaves()
    {
        (Connector limited, TestPeer first, TestPeer second) = await TwoLetInAtOnceAsync();
        await using Connector connector = limited;
        first.Dispose();
        await second.WriteAsync("second");

        using TestPeer b = await ConnectWhenAsync(connector.EndPointB!, () => IsPending(connector, second));
        Assert.Equal("second", await b.ReadTextAsync(6));
        second.Dispose();
    }

    [Fact]
    public async Task B14_One_that_leaves_while_it_waits_for_a_place_is_noticed_at_once()
    {
        (Connector limited, TestPeer first, TestPeer second) = await TwoLetInAtOnceAsync();
        await using Connector connector = limited;

        second.Dispose();
        await Eventually.TrueAsync(
            () => connector.GetStats().Closed.SequenceEqual([new CloseCount(CloseReason.PeerReset, Side.A, 1)]), explain: () => connector.GetStats().ToJson());
        Assert.True(IsPending(connector, first), "the one that holds the place has gone");
        first.Dispose();
    }

    [Fact]
    public async Task B14_A_stop_ends_those_that_wait_for_a_place_too()
    {
        await using Connector connector = await Connector.ServerToServerAsync(_once, _always, Patient.Options, TestContext.Current.CancellationToken);
        using TestPeer first = await TestPeer.ConnectAsync(connector.EndPointA!);
        await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == 1);
        using TestPeer second = await TestPeer.ConnectAsync(connector.EndPointA!);

        await connector.StopAsync(TestContext.Current.CancellationToken).InTimeAsync();

        Assert.NotNull((await first.ReadToWhateverEndAsync()).Error);
        Assert.NotNull((await second.ReadToWhateverEndAsync("anybody?")).Error);
    }

    [Fact]
    public async Task B14_One_that_left_while_it_waited_in_the_backlog_is_not_joined_to_a_peer_that_waits()
    {
        await using Connector connector = await Connector.ServerToServerAsync(_once, _always, Patient.Options, TestContext.Current.CancellationToken);
        TestPeer first = await TestPeer.ConnectAsync(connector.EndPointA!);
        await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == 1);
        (await TestPeer.ConnectAsync(connector.EndPointA!)).Dispose();
        using TestPeer live = await TestPeer.ConnectAsync(connector.EndPointA!);
        await live.WriteAsync("live");

        // It comes while the first is still there, and is there when the first has gone.
        first.Reset();
        using TestPeer b = await TestPeer.ConnectAsync(connector.EndPointB!);
        Assert.Equal("live", await b.ReadTextAsync(4));
    }

    /// <summary>Two are verified at the same moment, and the limit is one.</summary>
    /// <returns>The one that is pending, and the one that waits for its place.</returns>
    private static async Task<(Connector Connector, TestPeer First, TestPeer Second)> TwoLetInAtOnceAsync()
    {
        int inside = 0;
        var verdict = new TaskCompletionSource<AuthResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        ListenOptions once = _once with
        {
            AuthVerifier = async (_, cancellationToken) =>
            {
                Interlocked.Increment(ref inside);
                return await verdict.Task.WaitAsync(cancellationToken);
            },
        };
        Connector connector = await Connector.ServerToServerAsync(once, _always, Patient.Options, TestContext.Current.CancellationToken);
        TestPeer one = await TestPeer.ConnectAsync(connector.EndPointA!), other = await TestPeer.ConnectAsync(connector.EndPointA!);
        await Eventually.TrueAsync(() => Volatile.Read(ref inside) == 2);
        verdict.SetResult(AuthResult.Accept());
        await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == 1);
        return IsPending(connector, one) ? (connector, one, other) : (connector, other, one);
    }

    private static bool IsPending(Connector connector, TestPeer client) => connector.GetPending(Side.A).Any(peer => peer.RemoteEndPoint!.Equals(client.LocalEndPoint));

    private static async Task OnePairAndNoMoreAsync(Connector connector)
    {
        using TestPeer a = await TestPeer.ConnectAsync(connector.EndPointA!);
        using TestPeer b = await TestPeer.ConnectAsync(connector.EndPointB!);
        await a.WriteAsync("the one");
        Assert.Equal("the one", await b.ReadTextAsync(7));
        foreach (EndPoint closed in (EndPoint[])[connector.EndPointA!, connector.EndPointB!])
        {
            Assert.Equal(SocketError.ConnectionRefused, (await Assert.ThrowsAsync<SocketException>(() => TestPeer.ConnectAsync(closed))).SocketErrorCode);
        }

        Assert.False(connector.Exhaustion.IsCompleted, "one is joined");
        a.Reset();
        await connector.Exhaustion.InTimeAsync();
        Assert.Equal(1, connector.GetStats().SocketPairs);
    }

    private static async Task<TestPeer> ConnectWhenAsync(EndPoint endPoint, Func<bool> condition)
    {
        await Eventually.TrueAsync(condition);
        return await TestPeer.ConnectAsync(endPoint);
    }
}
