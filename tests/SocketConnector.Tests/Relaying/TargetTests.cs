using System.Net;
using System.Net.Sockets;
using SocketConnector.Relaying;
using SocketConnector.TestKit;
using SocketConnector.Transports;

namespace SocketConnector.Tests.Relaying;

/// <summary>What a side connects out to, as its clients see it.</summary>
public sealed class TargetTests : IDisposable
{
    private static readonly ListenOptions _listen = new(IPAddress.Loopback, 0);
    private static readonly IPAddress _second = IPAddress.Parse("127.0.0.2");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("socketconnector-");
    private readonly ManualClock _clock = new();

    private ConnectorOptions Options => Patient.Options with { TimeProvider = _clock };

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task B99_A_black_hole_among_targets_costs_no_client_more_than_250_milliseconds_and_is_then_skipped()
    {
        using var live = new TestServer();
        using var dead = new TestServer(backlog: 1, port: live.Port, address: _second);
        await dead.FillAsync();
        await using Connector connector = await StartAsync(new ConnectOptions([dead.EndPoint, live.EndPoint]) { Order = TargetOrder.Failover });
        using TestPeer first = await TestPeer.ConnectAsync(connector.EndPointA!);
        await Eventually.TrueAsync(() => _clock.Delays.Contains(DialRound.Stagger));
        _clock.Advance(DialRound.Stagger);
        using TestPeer served = await live.AcceptAsync();
        await JoinedAsync(connector, 1);

        // The clock stands still.
        for (int i = 2; i <= 5; i++)
        {
            using TestPeer next = await TestPeer.ConnectAsync(connector.EndPointA!);
            using TestPeer far = await live.AcceptAsync();
            await next.WriteAsync("next");
            Assert.Equal("next", await far.ReadTextAsync(4));
        }
    }

    [Fact]
    public async Task B99_A_target_that_fails_is_skipped_and_tried_again()
    {
        using var other = new TestServer();
        int port = TestServer.RefusingPort();
        await using Connector connector = await StartAsync(new ConnectOptions([new IPEndPoint(IPAddress.Loopback, port), other.EndPoint]) { Order = TargetOrder.Failover });
        await ServeAsync(connector, other);
        using var first = new TestServer(port: port);
        await ServeAsync(connector, other);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await ServeAsync(connector, first);
        await ServeAsync(connector, first);
        first.Dispose();
        await ServeAsync(connector, other);
    }

    [Fact]
    public async Task B99_Several_targets_get_a_client_each_in_turn()
    {
        using var one = new TestServer();
        using var two = new TestServer();
        await using Connector connector = await StartAsync(new ConnectOptions([one.EndPoint, two.EndPoint]));
        foreach (TestServer server in (TestServer[])[one, two, one, two])
        {
            await ServeAsync(connector, server);
        }
    }

    [Fact]
    public async Task B99_When_all_targets_fail_the_client_is_refused_with_the_last_failure_and_all_are_tried_again()
    {
        using var log = new LogCollector();
        int port = TestServer.RefusingPort();
        EndPoint[] targets = [new IPEndPoint(IPAddress.Loopback, port), new IPEndPoint(_second, TestServer.RefusingPort())];
        await using Connector connector = await Connector.ServerToSocketAsync(
            _listen, new ConnectOptions(targets) { Order = TargetOrder.Failover }, Options with { LoggerFactory = log }, TestContext.Current.CancellationToken);
        Assert.Equal(SocketError.ConnectionReset, (await TestPeer.ConnectToWhateverEndAsync(connector.EndPointA!)).Error);
        await log.FirstAsync($"Cannot connect to {targets[0]} or {targets[1]}: 2 attempts on 2 addresses failed; the last, on {targets[1]}: connection refused");
        Assert.Equal([new CloseCount(CloseReason.ConnectFailed, Side.B, 1)], connector.GetStats().Closed);
        using var server = new TestServer(port: port);
        await ServeAsync(connector, server);
    }

    [Fact]
    public async Task B99_A_retry_serves_a_client_whose_target_was_not_there_yet()
    {
        int port = TestServer.RefusingPort();
        await using Connector connector = await StartAsync(new ConnectOptions(port) { Retry = new RetryOptions { Count = 1_000, Delay = TimeSpan.FromMilliseconds(1) } });
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        await Eventually.TrueAsync(() => _clock.ActiveTimers == 2);
        using var server = new TestServer(port: port);
        while (!server.HasWaiting)
        {
            await Eventually.TrueAsync(() => server.HasWaiting || _clock.ActiveTimers == 2);
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        using TestPeer far = await server.AcceptAsync();
        await client.WriteAsync("at last");
        Assert.Equal("at last", await far.ReadTextAsync(7));
    }

    [Theory]
    [InlineData("path")]
    [InlineData("abstract")]
    public async Task B99_A_Unix_target_is_relayed_by_the_engine_of_TCP(string kind)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "abstract names are there on Linux alone");
        var target = new UnixDomainSocketEndPoint(kind == "path" ? Path.Combine(_folder.FullName, "far.sock") : $"\0socketconnector-{Guid.NewGuid()}");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(target);
        listener.Listen();
        await using Connector connector = await StartAsync(new ConnectOptions(target));
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        using var far = new TestPeer(await listener.AcceptAsync(TestContext.Current.CancellationToken));
        await client.WriteAsync("to the file");
        Assert.Equal("to the file", await far.ReadTextAsync(11));
        far.Dispose();
        Connection connection = Assert.Single(connector.GetConnections());
        Assert.Equal((TestEngine.Plain, target), (connection.Engine, connection.PeerB.RemoteEndPoint));
        Assert.Empty(await client.ReadToEndAsync());
    }

    [Fact]
    public async Task B99_A_named_target_is_relayed_by_the_same_engine_and_looked_up_once()
    {
        using var server = new TestServer();
        int lookups = 0;
        var lifetime = new ConnectorLifetime(Options, resolver: (_, _, _) =>
        {
            Interlocked.Increment(ref lookups);
            return Task.FromResult<IPAddress[]>([IPAddress.Loopback]);
        });
        await using var connector = new Connector(lifetime);
        await lifetime.OpenAsync(_listen, new ConnectOptions("db.test", server.Port), TestContext.Current.CancellationToken);
        for (int i = 1; i <= 3; i++)
        {
            await ServeAsync(connector, server);
        }

        Assert.Equal(1, lookups);
    }

    [Fact]
    public async Task B99_A_loop_is_found_in_any_target()
    {
        int port = TestServer.RefusingPort();
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(() => Connector.ServerToSocketAsync(
            new ListenOptions(port), new ConnectOptions([new IPEndPoint(_second, port + 1), new IPEndPoint(IPAddress.Loopback, port)]), Options, TestContext.Current.CancellationToken));
        Assert.StartsWith($"Cannot connect to 127.0.0.1:{port}: side A listens there itself", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task B99_Every_mode_that_dials_takes_several_targets()
    {
        using var server = new TestServer();
        var targets = new ConnectOptions([new IPEndPoint(IPAddress.Loopback, TestServer.RefusingPort()), server.EndPoint]);
        CancellationToken token = TestContext.Current.CancellationToken;
        await using (Connector connector = await Connector.SocketToServerAsync(targets, _listen, Options, token))
        {
            using TestPeer spare = await server.AcceptAsync();
            using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointB!);
            await JoinedAsync(connector, 1);
        }

        await using (Connector connector = await Connector.SocketToSocketAsync(targets, targets, Options, token))
        {
            using TestPeer a = await server.AcceptAsync();
            using TestPeer b = await server.AcceptAsync();
            await JoinedAsync(connector, 1);
            Connection joined = await connector.JoinAsync(targets, targets, token);
            Assert.Equal(server.EndPoint, joined.PeerB.RemoteEndPoint);
        }

        await using var dialer = new PeerDialer(Options);
        Peer peer = await dialer.ConnectAsync(Side.B, targets, cancellationToken: token);
        Assert.Equal(server.EndPoint, peer.RemoteEndPoint);
        peer.Dispose();
    }

    private static Task JoinedAsync(Connector connector, int count) =>
        Eventually.TrueAsync(() => connector.GetStats().SocketPairs >= count && connector.GetConnections().Count > 0);

    /// <summary>One client, from its coming to its end.</summary>
    private static async Task ServeAsync(Connector connector, TestServer by)
    {
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        using TestPeer far = await by.AcceptAsync();
        await client.WriteAsync("hello");
        Assert.Equal("hello", await far.ReadTextAsync(5));
        Assert.Equal(TestEngine.Plain, connector.GetConnections().Single(connection => connection.PeerA.RemoteEndPoint!.Equals(client.LocalEndPoint)).Engine);
    }

    private Task<Connector> StartAsync(ConnectOptions targets) => Connector.ServerToSocketAsync(_listen, targets, Options, TestContext.Current.CancellationToken);
}
