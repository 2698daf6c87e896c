using System.Net;
using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Sockets;

public sealed class BindingTests
{
    private static readonly ListenOptions _any = new(IPAddress.Loopback, 0);

    [Fact]
    public async Task B01_Port_0_is_chosen_by_the_system_and_readable_at_once()
    {
        await using Connector connector = await Connector.ServerToServerAsync(_any, _any, Patient.Options, TestContext.Current.CancellationToken);
        Assert.InRange(connector.PortA!.Value, 1025, 65_535);
        Assert.InRange(connector.PortB!.Value, 1025, 65_535);
        Assert.NotEqual(connector.PortA, connector.PortB);
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, connector.PortA.Value), connector.EndPointA);
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, connector.PortB.Value), connector.EndPointB);
    }

    [Theory]
    [MemberData(nameof(Modes.All), MemberType = typeof(Modes))]
    public async Task B01_Only_a_side_that_listens_has_a_port(Mode mode)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, Patient.Options);
        Assert.Equal(mode is Mode.ServerToServer or Mode.ServerToSocket, pair.Connector.PortA > 1024);
        Assert.Equal(mode is Mode.ServerToServer or Mode.SocketToServer, pair.Connector.PortB > 1024);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B01_After_a_stop_it_is_closed_and_the_port_can_be_bound_again(bool drains)
    {
        Connector connector = await Connector.ServerToServerAsync(_any, _any, Patient.Options, TestContext.Current.CancellationToken);
        Assert.False(connector.IsClosed);
        Assert.False(connector.Completion.IsCompleted);
        int a = connector.PortA!.Value, b = connector.PortB!.Value;
        await (drains ? connector.StopAsync(TestContext.Current.CancellationToken) : connector.DisposeAsync().AsTask()).InTimeAsync();
        Assert.True(connector.IsClosed);
        Assert.True(connector.Completion.IsCompletedSuccessfully);
        Assert.Equal((a, b), (connector.PortA, connector.PortB));
        await using Connector again = await Connector.ServerToServerAsync(
            new ListenOptions(IPAddress.Loopback, a), new ListenOptions(IPAddress.Loopback, b), Patient.Options, TestContext.Current.CancellationToken);
        Assert.Equal((a, b), (again.PortA, again.PortB));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B01_A_port_can_be_bound_again_after_connections_through_it(bool aborts)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Patient.Options);
        int port = pair.Connector.PortA!.Value;
        if (!aborts)
        {
            // The connector ends A's stream first, which leaves TIME_WAIT on its port.
            pair.B.EndHalf();
            Assert.Empty(await pair.A.ReadToEndAsync());
            pair.A.EndHalf();
            await pair.Connection.Completion.InTimeAsync();
        }

        await pair.Connector.DisposeAsync().AsTask().InTimeAsync();
        await using Connector again = await Connector.ServerToServerAsync(new ListenOptions(IPAddress.Loopback, port), _any, Patient.Options, TestContext.Current.CancellationToken);
        Assert.Equal(port, again.PortA);
    }

    [Fact]
    public async Task B01_A_host_name_is_listened_on_and_connected_to()
    {
        using var far = new TestServer();
        await using Connector connector = await Connector.ServerToSocketAsync(
            new ListenOptions(new DnsEndPoint("localhost", 0, AddressFamily.InterNetwork)), new ConnectOptions("localhost", far.Port), Patient.Options, TestContext.Current.CancellationToken);
        Assert.Equal(IPAddress.Loopback, ((IPEndPoint)connector.EndPointA!).Address);
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA);
        using TestPeer server = await far.AcceptAsync();
        await client.WriteAsync("by name");
        Assert.Equal("by name", await server.ReadTextAsync(7));
    }

    [Fact]
    public async Task B01_Any_IPv4_address_is_the_default()
    {
        await using Connector connector = await Connector.ServerToServerAsync(new ListenOptions(0), _any, Patient.Options, TestContext.Current.CancellationToken);
        Assert.Equal(new IPEndPoint(IPAddress.Any, connector.PortA!.Value), connector.EndPointA);
        foreach (string address in (string[])["127.0.0.1", "127.0.0.2"])
        {
            using TestPeer client = await TestPeer.ConnectAsync(new IPEndPoint(IPAddress.Parse(address), connector.PortA.Value));
            await Eventually.TrueAsync(() => connector.GetPending(Side.A).Any(peer => peer.RemoteEndPoint!.Equals(client.LocalEndPoint)));
        }
    }

    [Fact]
    public async Task B01_The_any_address_takes_IPv4_and_where_the_machine_has_it_IPv6()
    {
        bool hasIPv6 = CanBindIPv6();
        ListenOptions any = new(hasIPv6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        await using Connector connector = await Connector.ServerToServerAsync(any, any, Patient.Options, TestContext.Current.CancellationToken);
        foreach (string address in (string[])(hasIPv6 ? ["127.0.0.1", "::1"] : ["127.0.0.1"]))
        {
            using TestPeer a = await TestPeer.ConnectAsync(new IPEndPoint(IPAddress.Parse(address), connector.PortA!.Value));
            using TestPeer b = await TestPeer.ConnectAsync(new IPEndPoint(IPAddress.Parse(address), connector.PortB!.Value));
            await a.WriteAsync("six or four");
            Assert.Equal("six or four", await b.ReadTextAsync(11));
            Assert.Contains(connector.GetStats().RemotesA, remote => remote.Address == address);
        }
    }

    private static bool CanBindIPv6()
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
