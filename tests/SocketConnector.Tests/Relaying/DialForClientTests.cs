using System.Net;
using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

public sealed class DialForClientTests
{
    private static readonly TimeSpan _tick = TimeSpan.FromTicks(1);
    private static readonly ListenOptions _listen = new(IPAddress.Loopback, 0);
    private readonly ManualClock _clock = new();

    private ConnectorOptions Options => Patient.Options with { TimeProvider = _clock };

    [Theory]
    [InlineData(Mode.ServerToSocket)]
    [InlineData(Mode.SocketToServer)]
    public async Task B16_A_dial_that_hangs_resets_its_client_at_the_connect_timeout_to_the_tick(Mode mode)
    {
        using var far = new TestServer(backlog: 1);
        await using Connector connector = await StartAsync(mode, far);
        await far.FillAsync();
        using TestPeer client = await TestPeer.ConnectAsync(Near(connector));
        await Eventually.TrueAsync(() => Pending(connector) == 1 && _clock.ActiveTimers == 1);
        _clock.Advance(Options.ConnectTimeout - _tick);
        Assert.Equal((1, 1), (Pending(connector), _clock.ActiveTimers));
        _clock.Advance(_tick);
        Assert.Equal(SocketError.ConnectionReset, (await client.ReadToWhateverEndAsync()).Error);
        Side dialled = mode == Mode.ServerToSocket ? Side.B : Side.A;
        await Eventually.TrueAsync(() => connector.GetStats().Closed.Contains(new CloseCount(CloseReason.ConnectTimeout, dialled, 1)));
        Assert.Equal((0, 0), (Pending(connector), _clock.ActiveTimers));
        Assert.False(connector.IsClosed);
    }

    [Fact]
    public async Task B16_A_hanging_dial_delays_no_other_client_and_nobody_gets_its_place()
    {
        using var far = new TestServer(backlog: 1);
        await using Connector connector = await StartAsync(Mode.ServerToSocket, far);
        await far.FillAsync();
        using TestPeer hanging = await TestPeer.ConnectAsync(connector.EndPointA!);
        await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == 1 && _clock.ActiveTimers == 1);
        await far.EmptyAsync();

        using TestPeer quick = await TestPeer.ConnectAsync(connector.EndPointA!);
        await quick.WriteAsync("I am the second");
        await hanging.WriteAsync("I was the first");

        // The system tries the first client's dial again after a second: then it is joined as well, to a B of its own.
        Dictionary<string, TestPeer> servers = [];
        while (servers.Count < 2)
        {
            TestPeer server = await far.AcceptAsync();
            servers.Add(await server.ReadTextAsync(15), server);
        }

        Assert.Equal("I am the second", servers.Keys.First());
        await servers["I am the second"].WriteAsync("to the second");
        await servers["I was the first"].WriteAsync("to the first");
        Assert.Equal("to the second", await quick.ReadTextAsync(13));
        Assert.Equal("to the first", await hanging.ReadTextAsync(12));
        Assert.Equal(
            [quick.LocalEndPoint, hanging.LocalEndPoint],
            connector.GetConnections().OrderBy(connection => connection.Id).Select(connection => connection.PeerA.RemoteEndPoint!));
        foreach (TestPeer server in servers.Values)
        {
            server.Dispose();
        }
    }

    [Fact]
    public async Task B16_Refused_dials_between_good_ones_close_their_own_clients_and_no_other()
    {
        int port;
        List<(TestPeer Client, TestPeer Server)> good = [];
        using var first = new TestServer();
        port = first.Port;
        await using Connector connector = await Connector.ServerToSocketAsync(_listen, new ConnectOptions(port), Options, TestContext.Current.CancellationToken);
        TestServer? far = first;
        for (int round = 0; round < 5; round++)
        {
            TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
            good.Add((client, await far!.AcceptAsync()));
            await Eventually.TrueAsync(() => connector.GetConnections().Count == good.Count);
            far.Dispose();
            for (int i = 0; i < 3; i++)
            {
                Assert.Equal(SocketError.ConnectionReset, (await TestPeer.ConnectToWhateverEndAsync(connector.EndPointA!)).Error);
            }

            far = new TestServer(port: port);
        }

        using (far)
        {
            for (int i = 0; i < good.Count; i++)
            {
                await good[i].Client.WriteAsync($"client {i}");
                Assert.Equal($"client {i}", await good[i].Server.ReadTextAsync(8));
            }
        }

        Assert.Equal((5, 5), (connector.GetConnections().Count, connector.GetStats().SocketPairs));

        // A client may see its end a moment before it is counted.
        await Eventually.TrueAsync(() => connector.GetStats().Closed.Sum(closed => closed.Count) == 15, explain: () => connector.GetStats().ToJson());
        Assert.Equal([new CloseCount(CloseReason.ConnectFailed, Side.B, 15)], connector.GetStats().Closed);
        Assert.Empty(connector.GetPending(Side.A));
        good.ForEach(pair =>
        {
            pair.Client.Dispose();
            pair.Server.Dispose();
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B16_A_client_that_leaves_during_its_dial_ends_the_dial(bool resets)
    {
        using var far = new TestServer(backlog: 1);
        await using Connector connector = await StartAsync(Mode.ServerToSocket, far);
        await far.FillAsync();
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == 1 && _clock.ActiveTimers == 1);
        if (resets)
        {
            client.Reset();
        }
        else
        {
            client.Dispose();
        }

        await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == 0 && _clock.ActiveTimers == 0);
        Assert.Equal([new CloseCount(CloseReason.PeerReset, Side.A, 1)], connector.GetStats().Closed);
    }

    [Fact]
    public async Task B16_A_stop_ends_a_hanging_dial_at_once()
    {
        using var far = new TestServer(backlog: 1);
        await using Connector connector = await StartAsync(Mode.ServerToSocket, far);
        await far.FillAsync();
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == 1 && _clock.ActiveTimers == 1);
        await connector.StopAsync(TestContext.Current.CancellationToken).InTimeAsync();
        Assert.Equal(SocketError.ConnectionReset, (await client.ReadToWhateverEndAsync()).Error);
        Assert.Equal(0, _clock.ActiveTimers);
    }

    [Fact]
    public async Task B16_A_B_that_somebody_adds_is_not_given_to_a_client_with_a_dial_of_its_own()
    {
        using var far = new TestServer(backlog: 1);
        await using Connector connector = await StartAsync(Mode.ServerToSocket, far);
        await far.FillAsync();
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == 1 && _clock.ActiveTimers == 1);
        using SocketPair added = await SocketPair.CreateAsync();
        await connector.AddAsync(Side.B, added.Near.Socket, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((1, 1, 0), (connector.GetPending(Side.A).Count, connector.GetPending(Side.B).Count, connector.GetConnections().Count));

        using TestPeer next = await TestPeer.ConnectAsync(connector.EndPointA!);
        await next.WriteAsync("next");
        Assert.Equal("next", await added.Far.ReadTextAsync(4));
        Assert.Equal(next.LocalEndPoint, connector.GetConnections().Single().PeerA.RemoteEndPoint);
    }

    private static int Pending(Connector connector) => connector.GetPending(Side.A).Count + connector.GetPending(Side.B).Count;

    private static EndPoint Near(Connector connector) => connector.EndPointA ?? connector.EndPointB!;

    /// <summary>In the mode that dials at the start, that dial is taken and has gone again: whoever comes needs a new one.</summary>
    private async Task<Connector> StartAsync(Mode mode, TestServer far)
    {
        var target = new ConnectOptions(far.EndPoint);
        CancellationToken token = TestContext.Current.CancellationToken;
        if (mode == Mode.ServerToSocket)
        {
            return await Connector.ServerToSocketAsync(_listen, target, Options, token);
        }

        Connector connector = await Connector.SocketToServerAsync(target, _listen, Options, token);
        (await far.AcceptAsync()).Reset();
        await Eventually.TrueAsync(() => connector.GetStats().Closed.Count == 1);
        return connector;
    }
}
