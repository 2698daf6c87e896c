using System.Net;
using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

/// <summary>A user's code at every place where a connector calls it. Counts the sockets of the process, so it runs alone.</summary>
[Collection(Alone.Name)]
public sealed class UserCodeTests
{
    public static TheoryData<HookPoint, bool> Matrix
    {
        get
        {
            var rows = new TheoryData<HookPoint, bool>();
            foreach (HookPoint point in Enum.GetValues<HookPoint>())
            {
                rows.Add(point, false);
                if (point < HookPoint.ClockNow)
                {
                    // A clock is asked for every chunk of bytes, and so may never block.
                    rows.Add(point, true);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task B78_Code_that_throws_or_blocks_costs_its_own_connection_and_nothing_else(HookPoint point, bool blocks)
    {
        bool isCostly = HookedOptions.CostsTheConnection(point);
        await using var far = new EchoServer();
        int before = Descriptors.SettledSockets();
        using var code = new Misbehaviour(blocks, isRepeated: !isCostly);
        using var hooked = new HookedOptions(point, code);
        SideOptions side = hooked.Side();
        if (!isCostly)
        {
            code.Arm();
        }

        Connector connector = await Connector.ServerToSocketAsync(
            RelayedPair.Listen(side), new ConnectOptions(far.EndPoint), hooked.Connector(), TestContext.Current.CancellationToken);
        try
        {
            code.Arm();
            using TestPeer first = await TestPeer.ConnectAsync(connector.EndPointA!);
            if (!isCostly)
            {
                await AssertRelayedAsync(first, "first");
            }

            await code.Begun.Task.InTimeAsync(what: "the call of the user's code");
            if (isCostly && !(blocks && point == HookPoint.Transformer))
            {
                Assert.NotNull((await first.ReadToWhateverEndAsync("ignored")).Error);
            }

            using TestPeer second = await TestPeer.ConnectAsync(connector.EndPointA!);
            await AssertRelayedAsync(second, "second");
            second.EndHalf();
            Assert.Empty(await second.ReadToEndAsync());
            await Eventually.TrueAsync(() => Count(connector, CloseReason.Completed) == 1, explain: () => connector.GetStats().ToJson());

            // The blocked thread is blocked still.
            await connector.DisposeAsync().AsTask().InTimeAsync(what: "the end of the connector");
        }
        finally
        {
            code.Release();
            await connector.DisposeAsync().AsTask().InTimeAsync(what: "the end of the connector");
        }

        Assert.False(code.WasOnLoop && point < HookPoint.ClockNow, "the user's code ran on an event loop");
        ConnectorStats stats = connector.GetStats();
        Assert.True(stats.Closed.Sum(closed => closed.Count) == 2 && stats.ActiveConnections == 0, stats.ToJson());
        AssertCounted(point, blocks, stats);
        await Eventually.TrueAsync(() => Descriptors.SettledSockets() <= before, explain: () => $"{Descriptors.Sockets()} sockets are open, {before} before");
    }

    [Theory]
    [InlineData(HookPoint.ClockNow)]
    [InlineData(HookPoint.ClockTimestamp)]
    [InlineData(HookPoint.ClockTimer)]
    public async Task B78_A_clock_that_fails_costs_no_peer_that_waits(HookPoint point)
    {
        using var code = new Misbehaviour(blocks: false, isRepeated: true);
        using var hooked = new HookedOptions(point, code);
        code.Arm();
        await using var connector = new Connector(hooked.Connector());
        using SocketPair a = await SocketPair.CreateAsync();
        using SocketPair b = await SocketPair.CreateAsync();

        // With bytes to relay it is looked at from time to time.
        await a.Far.WriteAsync("early");
        await connector.AddAsync(Side.A, a.Near.Socket, new AddOptions(), TestContext.Current.CancellationToken).AsTask().InTimeAsync();
        await connector.AddAsync(Side.B, b.Near.Socket, new AddOptions(), TestContext.Current.CancellationToken).AsTask().InTimeAsync();
        Assert.Equal("early", await b.Far.ReadTextAsync(5));
        a.Far.EndHalf();
        await code.Begun.Task.InTimeAsync(what: "a call of the clock");
    }

    [Fact]
    public async Task B78_A_clock_that_fails_with_the_spare_socket_breaks_no_client()
    {
        using var far = new TestServer();
        using var code = new Misbehaviour(blocks: false, isRepeated: true);
        using var hooked = new HookedOptions(HookPoint.ClockNow, code);
        code.Arm();
        await using Connector connector = await Connector.SocketToServerAsync(
            new ConnectOptions(far.EndPoint), new ListenOptions(IPAddress.Loopback, 0), hooked.Connector(), TestContext.Current.CancellationToken);
        for (int i = 0; i < 2; i++)
        {
            using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointB!);
            using TestPeer dialled = await far.AcceptAsync();
            await client.WriteAsync("hello");
            Assert.Equal("hello", await dialled.ReadTextAsync(5));
        }
    }

    [Fact]
    public async Task B78_An_exception_that_cannot_even_say_what_it_is_costs_its_own_connection()
    {
        using var a = new TestServer();
        using var b = new TestServer();
        await using var connector = new Connector(Patient.Options with { BeforeJoining = static (_, _) => throw new SilentException() });
        Task joining = connector.JoinAsync(new ConnectOptions(a.EndPoint), new ConnectOptions(b.EndPoint), TestContext.Current.CancellationToken);
        await joining.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        Assert.IsType<SilentException>(Assert.IsType<InvalidOperationException>(joining.Exception?.InnerException).InnerException);
        using TestPeer peerA = await a.AcceptAsync(), peerB = await b.AcceptAsync();
        Assert.Equal(SocketError.ConnectionReset, (await peerA.ReadToWhateverEndAsync()).Error);
        Assert.Equal(SocketError.ConnectionReset, (await peerB.ReadToWhateverEndAsync()).Error);
        Assert.Equal(1, Count(connector, CloseReason.HookFailed));
    }

    private static async Task AssertRelayedAsync(TestPeer client, string text)
    {
        await client.WriteAsync(text);
        Assert.Equal(text, await client.ReadTextAsync(text.Length));
    }

    private static long Count(Connector connector, CloseReason reason) =>
        connector.GetStats().Closed.Where(closed => closed.Reason == reason).Sum(closed => closed.Count);

    private static void AssertCounted(HookPoint point, bool blocks, ConnectorStats stats)
    {
        bool isLost = !blocks && point switch
        {
            HookPoint.LoggerFactory or HookPoint.LoggerAsked or HookPoint.Logger => stats.LostLogMessages == 0,
            HookPoint.MeterFactory or HookPoint.MeterListener or HookPoint.SpanListener => stats.LostMeasurements == 0,
            HookPoint.EventWriter => stats.LostEvents == 0,
            _ => false,
        };
        Assert.False(isLost, $"nothing is counted as lost: {stats.ToJson()}");
    }

    private sealed class SilentException : Exception
    {
        public override string Message => throw new InvalidOperationException("not even that");
    }
}
