using System.Net;
using System.Net.Sockets;
using SocketConnector.Admission;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

public sealed class SelfConnectionTests
{
    private const int Port = 18_094;

    public static TheoryData<EndPoint, EndPoint, bool> EndPoints => new()
    {
        { new IPEndPoint(IPAddress.Any, Port), new IPEndPoint(IPAddress.Loopback, Port), true },
        { new IPEndPoint(IPAddress.Any, Port), new IPEndPoint(IPAddress.Parse("127.1.2.3"), Port), true },
        { new IPEndPoint(IPAddress.Any, Port), new IPEndPoint(IPAddress.Any, Port), true },
        { new IPEndPoint(IPAddress.Any, Port), new DnsEndPoint("localhost", Port), true },
        { new IPEndPoint(IPAddress.IPv6Any, Port), new IPEndPoint(IPAddress.Loopback, Port), true },
        { new IPEndPoint(IPAddress.IPv6Any, Port), new IPEndPoint(IPAddress.IPv6Loopback, Port), true },
        { new IPEndPoint(IPAddress.Loopback, Port), new IPEndPoint(IPAddress.Loopback.MapToIPv6(), Port), true },
        { new IPEndPoint(IPAddress.Parse("192.0.2.1"), Port), new IPEndPoint(IPAddress.Parse("192.0.2.1"), Port), true },
        { new UnixDomainSocketEndPoint("/run/x.sock"), new UnixDomainSocketEndPoint("/run/x.sock"), true },
        { new IPEndPoint(IPAddress.Any, Port), new IPEndPoint(IPAddress.Loopback, Port + 1), false },
        { new IPEndPoint(IPAddress.Any, Port), new IPEndPoint(IPAddress.IPv6Loopback, Port), false },
        { new IPEndPoint(IPAddress.Any, Port), new IPEndPoint(IPAddress.Parse("192.0.2.1"), Port), false },
        { new IPEndPoint(IPAddress.Any, Port), new DnsEndPoint("db.internal", Port), false },
        { new IPEndPoint(IPAddress.Loopback, Port), new IPEndPoint(IPAddress.Parse("127.0.0.2"), Port), false },
        { new UnixDomainSocketEndPoint("/run/x.sock"), new UnixDomainSocketEndPoint("/run/y.sock"), false },
    };

    [Theory]
    [MemberData(nameof(EndPoints))]
    public void Where_a_target_is_certain_to_lead_back(EndPoint listening, EndPoint target, bool isCertain) =>
        Assert.Equal(isCertain, SelfConnection.IsCertain(listening, target));

    [Fact]
    public async Task A_connector_that_would_connect_to_itself_does_not_start()
    {
        int port = TestServer.RefusingPort();
        ArgumentException sideB = await Assert.ThrowsAsync<ArgumentException>(
            () => Connector.ServerToSocketAsync(new ListenOptions(port), new ConnectOptions(port), Patient.Options, TestContext.Current.CancellationToken));
        Assert.Equal("sideB", sideB.ParamName);
        ArgumentException sideA = await Assert.ThrowsAsync<ArgumentException>(
            () => Connector.SocketToServerAsync(new ConnectOptions(port), new ListenOptions(port), Patient.Options, TestContext.Current.CancellationToken));
        Assert.Equal("sideA", sideA.ParamName);
        ListenOptions second = new([new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0), new IPEndPoint(IPAddress.Loopback, port)]);
        ArgumentException oneOfTwo = await Assert.ThrowsAsync<ArgumentException>(
            () => Connector.ServerToSocketAsync(second, new ConnectOptions(port), Patient.Options, TestContext.Current.CancellationToken));
        Assert.Equal("sideB", oneOfTwo.ParamName);
        using var free = new TestServer(port: port);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_loop_that_only_shows_when_it_connects_ends_with_its_client(bool isSecond)
    {
        // A name may lead anywhere, and elsewhere tomorrow.
        int port = TestServer.RefusingPort();
        var name = new DnsEndPoint("localhost", port, AddressFamily.InterNetwork);
        using var log = new LogCollector();
        await using Connector connector = await Connector.ServerToSocketAsync(
            new ListenOptions(isSecond ? [new IPEndPoint(IPAddress.Loopback, 0), name] : [name]),
            new ConnectOptions(port),
            Patient.Options with { LoggerFactory = log },
            TestContext.Current.CancellationToken);

        using TestPeer client = await TestPeer.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
        Assert.NotNull((await client.ReadToWhateverEndAsync()).Error);

        await log.FirstAsync("of this connector listens there itself");
        await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == 0 && connector.GetConnections().Count == 0);
        long closed = 0;
        int still = 0;
        await Eventually.TrueAsync(
            () =>
            {
                long now = connector.GetStats().Closed.Sum(one => one.Count);
                still = now == closed ? still + 1 : 0;
                closed = now;
                return still > 40;
            },
            explain: () => connector.GetStats().ToJson());

        Assert.InRange(closed, 1, 50);
        Assert.Equal(0, connector.GetStats().SocketPairs);
    }

    [Theory]
    [InlineData(TargetOrder.Failover)]
    [InlineData(TargetOrder.RoundRobin)]
    public async Task Of_several_targets_one_that_leads_back_costs_no_client(TargetOrder order)
    {
        int port = TestServer.RefusingPort();
        using var good = new TestServer();
        await using Connector connector = await Connector.ServerToSocketAsync(
            new ListenOptions([new DnsEndPoint("localhost", port, AddressFamily.InterNetwork)]),
            new ConnectOptions([new IPEndPoint(IPAddress.Loopback, port), good.EndPoint]) { Order = order },
            Patient.Options with { TimeProvider = new ManualClock() },
            TestContext.Current.CancellationToken);
        TestPeer[] clients = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => TestPeer.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port))));
        await Task.WhenAll(clients.Select(client => client.WriteAsync("hello")));
        for (int i = 0; i < clients.Length; i++)
        {
            await ServedAsync(good, "hello");
        }

        Array.ForEach(clients, client => client.Dispose());

        Assert.InRange(connector.GetStats().Closed.Where(one => one.Reason != CloseReason.Completed).Sum(one => one.Count), 0, 50);
    }

    [Fact]
    public async Task A_chain_of_two_connectors_in_one_process_is_no_loop()
    {
        using var far = new TestServer();
        await using Connector second = await Connector.ServerToSocketAsync(new ListenOptions(IPAddress.Loopback, 0), new ConnectOptions(far.EndPoint), Patient.Options, TestContext.Current.CancellationToken);
        await using Connector first = await Connector.ServerToSocketAsync(new ListenOptions(IPAddress.Loopback, 0), new ConnectOptions(second.EndPointA!), Patient.Options, TestContext.Current.CancellationToken);
        using TestPeer client = await TestPeer.ConnectAsync(first.EndPointA!);
        using TestPeer server = await far.AcceptAsync();
        await client.WriteAsync("through both");
        Assert.Equal("through both", await server.ReadTextAsync(12));
    }

    /// <summary>Until one comes that sends this: what the loop had dialled before it was found out may come as well, and goes again.</summary>
    private static async Task ServedAsync(TestServer server, string expected)
    {
        while (true)
        {
            using TestPeer upstream = await server.AcceptAsync();
            try
            {
                Assert.Equal(expected, await upstream.ReadTextAsync(expected.Length));
                return;
            }
            catch (Exception error) when (error is IOException or SocketException)
            {
                // The next one.
            }
        }
    }
}
