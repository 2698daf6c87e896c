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
    public async Task A_loop_that_only_shows_when_it_listens_is_never_made(bool isSecond)
    {
        // A name may lead anywhere, and elsewhere tomorrow.
        int port = TestServer.RefusingPort();
        var name = new DnsEndPoint("localhost", port, AddressFamily.InterNetwork);
        using var log = new LogCollector();
        Connector connector = await Connector.ServerToSocketAsync(
            new ListenOptions(isSecond ? [new IPEndPoint(IPAddress.Loopback, 0), name] : [name]),
            new ConnectOptions(port),
            Patient.Options with { LoggerFactory = log },
            TestContext.Current.CancellationToken);
        await using (connector)
        {
            for (int i = 0; i < 3; i++)
            {
                Assert.NotNull((await TestPeer.ConnectToWhateverEndAsync(new IPEndPoint(IPAddress.Loopback, port))).Error);
            }

            await log.FirstAsync($"Cannot connect to 127.0.0.1:{port}: side A of this connector listens there itself");
        }

        // Closed to the last, so one that came from the connector itself would be among them.
        Assert.Equal([new CloseCount(CloseReason.ConnectFailed, Side.B, 3)], connector.GetStats().Closed);
    }

    [Fact]
    public async Task A_name_that_leads_back_is_dialled_once_and_by_no_retry()
    {
        int port = TestServer.RefusingPort();
        Connector connector = await Connector.ServerToSocketAsync(
            new ListenOptions(IPAddress.Loopback, port),
            new ConnectOptions(new DnsEndPoint("LOCALHOST", port, AddressFamily.InterNetwork)) { Retry = new RetryOptions { Count = 1_000 } },
            Patient.Options with { TimeProvider = new ManualClock() },
            TestContext.Current.CancellationToken);
        await using (connector)
        {
            Assert.NotNull((await TestPeer.ConnectToWhateverEndAsync(connector.EndPointA!)).Error);
        }

        Assert.Equal([new CloseCount(CloseReason.ConnectFailed, Side.B, 1)], connector.GetStats().Closed);
    }

    [Fact]
    public void A_listener_on_every_address_is_found_behind_each_of_this_machine_and_behind_no_other()
    {
        var self = new SelfConnection();
        self.Listens(Side.B, [new IPEndPoint(IPAddress.IPv6Any, Port)]);
        string expected = "side B of this connector listens there itself";
        IPAddress[] mine = [.. Dns.GetHostAddresses(Dns.GetHostName()), IPAddress.Loopback];
        Assert.All(mine, address => Assert.Equal((expected, null), (self.WhyNot(new IPEndPoint(address, Port)), self.WhyNot(new IPEndPoint(address, Port + 1)))));
        Assert.Equal(expected, self.WhyNot(new IPEndPoint(IPAddress.Loopback.MapToIPv6(), Port)));
        Assert.Null(self.WhyNot(new IPEndPoint(IPAddress.Parse("192.0.2.1"), Port)));
        Assert.Null(self.WhyNot(new IPEndPoint(IPAddress.Parse("2001:db8::1"), Port)));
    }

    [Theory]
    [InlineData(TargetOrder.Failover)]
    [InlineData(TargetOrder.RoundRobin)]
    public async Task Of_several_targets_one_that_leads_back_costs_no_client(TargetOrder order)
    {
        const int Count = 20;
        int port = TestServer.RefusingPort();
        using var good = new TestServer();
        Connector connector = await Connector.ServerToSocketAsync(
            new ListenOptions([new DnsEndPoint("localhost", port, AddressFamily.InterNetwork)]),
            new ConnectOptions([new IPEndPoint(IPAddress.Loopback, port), good.EndPoint]) { Order = order },
            Patient.Options with { TimeProvider = new ManualClock() },
            TestContext.Current.CancellationToken);
        await using (connector)
        {
            TestPeer[] clients = await Task.WhenAll(Enumerable.Range(0, Count).Select(_ => TestPeer.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port))));
            await Task.WhenAll(clients.Select(client => client.WriteAsync("hello")));
            for (int i = 0; i < Count; i++)
            {
                using TestPeer upstream = await good.AcceptAsync();
                Assert.Equal("hello", await upstream.ReadTextAsync(5));
            }

            Array.ForEach(clients, client => client.Dispose());
            await Eventually.TrueAsync(() => connector.GetStats().SocketPairs == Count && connector.GetConnections().Count == 0, explain: () => connector.GetStats().ToJson());
        }

        // The clients alone, each served: nothing was connected to the connector itself.
        Assert.All(connector.GetStats().Closed, one => Assert.Equal(CloseReason.Completed, one.Reason));
        Assert.Equal(Count, connector.GetStats().Closed.Sum(one => one.Count));
        Assert.False(good.HasWaiting);
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
}
