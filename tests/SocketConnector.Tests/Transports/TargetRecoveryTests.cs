using System.Net;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Transports;

/// <summary>Of several targets one fails, before or after it has taken a connection, and works again.</summary>
public sealed class TargetRecoveryTests : IDisposable
{
    private static readonly ListenOptions _listen = new(IPAddress.Loopback, 0);
    private readonly ManualClock _clock = new();
    private readonly TestServer _good = new();
    private readonly LogCollector _log = new();

    private ConnectorOptions Options => Patient.Options with { TimeProvider = _clock, LoggerFactory = _log };

    [Fact]
    public async Task B99_A_target_that_works_again_gets_its_turn_again()
    {
        int port = TestServer.RefusingPort();
        ConnectOptions targets = new([new IPEndPoint(IPAddress.Loopback, port), _good.EndPoint]) { Order = TargetOrder.RoundRobin };
        await using Connector connector = await Connector.ServerToSocketAsync(_listen, targets, Options, TestContext.Current.CancellationToken);
        for (int i = 0; i < 2; i++)
        {
            await OneAsync(connector, _good);
        }

        using var again = new TestServer(port: port);
        _clock.Advance(TimeSpan.FromMinutes(1));
        var served = new List<bool>();
        for (int i = 0; i < 6; i++)
        {
            using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
            Task<TestPeer> first = again.AcceptAsync(), second = _good.AcceptAsync();
            Task<TestPeer> accepted = await Task.WhenAny(first, second);
            served.Add(accepted == first);
            (await accepted).Dispose();
            await client.ReadToWhateverEndAsync();

            // The other one waits for the next client.
            using TestPeer next = await TestPeer.ConnectAsync(accepted == first ? _good.EndPoint : again.EndPoint);
            (await (accepted == first ? second : first)).Dispose();
        }

        Assert.Equal(3, served.Count(isFirst => isFirst));
    }

    [Theory]
    [InlineData(TargetOrder.Failover)]
    [InlineData(TargetOrder.RoundRobin)]
    public async Task B99_A_target_that_accepts_and_then_fails_costs_no_client(TargetOrder order)
    {
        using var bad = new TestServer();
        Task dropping = DropAsync(bad);
        ConnectOptions targets = new([bad.EndPoint, _good.EndPoint]) { Order = order, AuthVerifier = Verifiers.Challenge("who goes there?\n", "friend\n") };
        await using (Connector connector = await Connector.ServerToSocketAsync(_listen, targets, Options, TestContext.Current.CancellationToken))
        {
            for (int i = 0; i < 4; i++)
            {
                using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
                using TestPeer upstream = await _good.AcceptAsync();
                Assert.Equal("who goes there?\n", await upstream.ReadTextAsync(16));
                await upstream.WriteAsync("friend\n");
                await client.WriteAsync("hello");
                Assert.Equal("hello", await upstream.ReadTextAsync(5));
            }
        }

        // It rests: the clock stands still.
        Assert.Single(_log.Entries, entry => entry.Id == 39);
        bad.Dispose();
        await dropping;
    }

    [Theory]
    [InlineData(TargetOrder.Failover)]
    [InlineData(TargetOrder.RoundRobin)]
    public async Task B99_A_target_that_accepts_and_then_fails_costs_none_of_many_clients_at_once(TargetOrder order)
    {
        using var bad = new TestServer();
        Task dropping = DropAsync(bad);
        ConnectOptions targets = new([bad.EndPoint, _good.EndPoint]) { Order = order, AuthVerifier = Verifiers.Challenge("who goes there?\n", "friend\n") };
        await using (Connector connector = await Connector.ServerToSocketAsync(_listen, targets, Options, TestContext.Current.CancellationToken))
        {
            TestPeer[] clients = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => TestPeer.ConnectAsync(connector.EndPointA!)));
            await Task.WhenAll(clients.Select(client => client.WriteAsync("hello")));
            foreach (TestPeer client in clients)
            {
                using TestPeer upstream = await _good.AcceptAsync();
                Assert.Equal("who goes there?\n", await upstream.ReadTextAsync(16));
                await upstream.WriteAsync("friend\n");
                Assert.Equal("hello", await upstream.ReadTextAsync(5));
            }

            Array.ForEach(clients, client => client.Dispose());
        }

        bad.Dispose();
        await dropping;
    }

    [Fact]
    public async Task B99_Where_every_target_accepts_and_then_fails_the_client_hears_of_the_last()
    {
        using var bad = new TestServer();
        using var worse = new TestServer();
        Task dropping = DropAsync(bad), droppingToo = DropAsync(worse);
        ConnectOptions targets = new([bad.EndPoint, worse.EndPoint]) { AuthVerifier = Verifiers.Challenge("who goes there?\n", "friend\n") };
        await using (Connector connector = await Connector.ServerToSocketAsync(_listen, targets, Options, TestContext.Current.CancellationToken))
        {
            using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
            Assert.NotNull((await client.ReadToWhateverEndAsync()).Error);
            await Eventually.TrueAsync(() => connector.GetStats().Closed.Count == 1, explain: () => connector.GetStats().ToJson());
        }

        Assert.Single(_log.Entries, entry => entry.Id == 39);
        bad.Dispose();
        worse.Dispose();
        await Task.WhenAll(dropping, droppingToo);
    }

    public void Dispose() => _good.Dispose();

    private static async Task OneAsync(Connector connector, TestServer target)
    {
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        using TestPeer upstream = await target.AcceptAsync();
        await client.WriteAsync("x");
        Assert.Equal("x", await upstream.ReadTextAsync(1));
    }

    private static async Task DropAsync(TestServer server)
    {
        try
        {
            while (true)
            {
                (await server.AcceptAsync()).Dispose();
            }
        }
        catch (Exception error) when (error is ObjectDisposedException or System.Net.Sockets.SocketException or TimeoutException)
        {
            // The test is over.
        }
    }
}
