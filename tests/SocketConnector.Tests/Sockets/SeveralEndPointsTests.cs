using System.Net;
using System.Net.Sockets;
using SocketConnector.TestKit;
using SocketConnector.Tests.Transports;

namespace SocketConnector.Tests.Sockets;

/// <summary>A side that listens on several end points at once.</summary>
public sealed class SeveralEndPointsTests : IDisposable
{
    private static readonly IPEndPoint _four = new(IPAddress.Loopback, 0);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("socketconnector-");

    private UnixDomainSocketEndPoint File => new(Path.Combine(_folder.FullName, "a.sock"));

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task B07_Every_one_serves_whatever_its_family()
    {
        using var far = new TestServer();
        var place = new MemoryEndPoint("a");
        EndPoint other = Socket.OSSupportsIPv6 ? new IPEndPoint(IPAddress.IPv6Loopback, 0) : new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0);
        await using Connector connector = await Connector.ServerToSocketAsync(
            new ListenOptions([_four, other, File, place]), new ConnectOptions(far.EndPoint), Patient.Options, TestContext.Current.CancellationToken);

        Assert.True(connector.EndPointsA is [IPEndPoint { Port: > 1024 } four, IPEndPoint { Port: > 1024 }, UnixDomainSocketEndPoint, MemoryEndPoint]
            && (four, four.Port) == (connector.EndPointA, connector.PortA), string.Join(' ', connector.EndPointsA));
        Assert.Equal((File, place), (connector.EndPointsA[2], connector.EndPointsA[3]));
        Assert.Empty(connector.EndPointsB);
        foreach (EndPoint endPoint in connector.EndPointsA.Take(3))
        {
            using TestPeer client = await TestPeer.ConnectAsync(endPoint), server = await far.AcceptAsync();
            await client.WriteAsync("by socket");
            Assert.Equal("by socket", await server.ReadTextAsync(9));
            await server.WriteAsync("and back");
            Assert.Equal("and back", await client.ReadTextAsync(8));
            Assert.Contains(connector.GetConnections(), connection => endPoint.Equals(connection.PeerA.LocalEndPoint));
        }

        await using MemoryEnd fourth = place.Dial();
        using TestPeer last = await far.AcceptAsync();
        await fourth.SayAsync("by memory");
        Assert.Equal("by memory", await last.ReadTextAsync(9));
    }

    [Fact]
    public async Task B07_Port_0_is_a_port_of_its_own_for_each()
    {
        await using Connector connector = await StartAsync([_four, _four, _four]);
        int[] ports = [.. connector.EndPointsA.Cast<IPEndPoint>().Select(endPoint => endPoint.Port)];
        Assert.Equal(3, ports.Distinct().Count());
        Assert.Equal((ports[0], connector.EndPointsA[0]), (connector.PortA, connector.EndPointA));
    }

    [Fact]
    public async Task B07_Their_peers_are_joined_in_one_order_of_admission()
    {
        await using Connector connector = await StartAsync([_four, File, _four]);
        var clients = new List<TestPeer>();
        for (int i = 0; i < 9; i++)
        {
            clients.Add(await TestPeer.ConnectAsync(connector.EndPointsA[i % 3]));
            await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == clients.Count);
        }

        for (int i = 0; i < 9; i++)
        {
            await clients[i].WriteAsync($"client {i}");
            using TestPeer b = await TestPeer.ConnectAsync(connector.EndPointB!);
            Assert.Equal($"client {i}", await b.ReadTextAsync(8));
        }

        clients.ForEach(client => client.Dispose());
    }

    [Theory]
    [InlineData(Side.A)]
    [InlineData(Side.B)]
    public async Task B07_Where_one_cannot_be_bound_none_stays_and_the_message_names_it(Side side)
    {
        using var taken = new TestServer();
        var place = new MemoryEndPoint("a");
        IPEndPoint free = new(IPAddress.Loopback, TestServer.RefusingPort());
        ListenOptions bad = new([free, File, place, taken.EndPoint, _four]), good = new(_four);

        SocketException error = await Assert.ThrowsAsync<SocketException>(() => Connector.ServerToServerAsync(
            side == Side.A ? bad : good, side == Side.A ? good : bad, Patient.Options, TestContext.Current.CancellationToken).InTimeAsync());

        Assert.Equal(SocketError.AddressAlreadyInUse, error.SocketErrorCode);
        Assert.Equal($"Cannot listen on {taken.EndPoint}: the address is in use already", error.Message);
        Assert.Empty(_folder.GetFileSystemInfos());
        Assert.False(place.IsListening);
        using var again = new TestServer(port: free.Port);
        Assert.False(taken.HasWaiting);
    }

    [Fact]
    public async Task B07_Where_side_B_cannot_be_bound_side_A_is_closed_as_well()
    {
        using var taken = new TestServer();
        var place = new MemoryEndPoint("a");
        await Assert.ThrowsAsync<SocketException>(() => StartAsync([File, place], [_four, taken.EndPoint]));
        Assert.False(place.IsListening);
        Assert.Empty(_folder.GetFileSystemInfos());
    }

    [Fact]
    public async Task B07_A_transport_that_cannot_be_listened_on_closes_those_before_it()
    {
        IPEndPoint free = new(IPAddress.Loopback, TestServer.RefusingPort());
        SocketException error = await Assert.ThrowsAsync<SocketException>(() => StartAsync([free, new DialledOnly()]));
        Assert.StartsWith("Cannot listen on dialled only: ", error.Message, StringComparison.Ordinal);
        using var again = new TestServer(port: free.Port);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B07_A_stop_closes_all_and_removes_the_file(bool drains)
    {
        var place = new MemoryEndPoint("a");
        Connector connector = await StartAsync([_four, File, place, _four]);
        IReadOnlyList<EndPoint> before = connector.EndPointsA;
        using TestPeer one = await TestPeer.ConnectAsync(before[0]), other = await TestPeer.ConnectAsync(before[1]);
        await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == 2);

        await (drains ? connector.StopAsync(TestContext.Current.CancellationToken) : connector.DisposeAsync().AsTask()).InTimeAsync();

        Assert.NotNull((await one.ReadToWhateverEndAsync()).Error);
        Assert.NotNull((await other.ReadToWhateverEndAsync("?")).Error);
        Assert.Equal(before, connector.EndPointsA);
        Assert.False(place.IsListening);
        Assert.Empty(_folder.GetFileSystemInfos());
        using TestServer first = new(port: ((IPEndPoint)before[0]).Port), second = new(port: ((IPEndPoint)before[3]).Port);
    }

    [Fact]
    public async Task B07_The_accept_limit_is_one_over_all_and_closes_all()
    {
        await using Connector connector = await StartAsync(new ListenOptions([_four, File]) { AcceptLimit = 2 });
        using TestPeer a1 = await TestPeer.ConnectAsync(connector.EndPointsA[1]), b1 = await TestPeer.ConnectAsync(connector.EndPointB!);
        await a1.WriteAsync("one");
        Assert.Equal("one", await b1.ReadTextAsync(3));
        using TestPeer a2 = await TestPeer.ConnectAsync(connector.EndPointsA[0]), b2 = await TestPeer.ConnectAsync(connector.EndPointB!);
        await a2.WriteAsync("two");
        Assert.Equal("two", await b2.ReadTextAsync(3));

        await Eventually.TrueAsync(() => _folder.GetFileSystemInfos().Length == 0);
        Assert.Equal(SocketError.ConnectionRefused, (await Assert.ThrowsAsync<SocketException>(() => TestPeer.ConnectAsync(connector.EndPointsA[0]))).SocketErrorCode);
        Assert.False(connector.Exhaustion.IsCompleted, "two are joined");
        a1.Dispose();
        b1.Dispose();
        a2.Dispose();
        b2.Dispose();
        await connector.Exhaustion.InTimeAsync();
    }

    [Fact]
    public async Task B07_While_the_only_place_is_held_clients_of_every_one_wait_and_one_moves_up()
    {
        await using Connector connector = await StartAsync(new ListenOptions([_four, _four]) { AcceptLimit = 1 });
        TestPeer first = await TestPeer.ConnectAsync(connector.EndPointsA[0]);
        await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == 1);
        using TestPeer one = await TestPeer.ConnectAsync(connector.EndPointsA[0]), other = await TestPeer.ConnectAsync(connector.EndPointsA[1]);
        first.Dispose();
        await Eventually.TrueAsync(() => connector.GetPending(Side.A).Any(peer => !peer.RemoteEndPoint!.Equals(first.LocalEndPoint)));
        Peer next = Assert.Single(connector.GetPending(Side.A));
        (TestPeer moved, TestPeer left) = next.RemoteEndPoint!.Equals(one.LocalEndPoint) ? (one, other) : (other, one);

        await moved.WriteAsync("moved up");
        using TestPeer b = await TestPeer.ConnectAsync(connector.EndPointB!);
        Assert.Equal("moved up", await b.ReadTextAsync(8));
        Assert.NotNull((await left.ReadToWhateverEndAsync("and I?")).Error);
        Assert.Equal(1, connector.GetStats().SocketPairs);
    }

    [Fact]
    public async Task B07_A_transport_that_brings_no_more_leaves_the_others_listening()
    {
        MemoryEndPoint one = new("one"), other = new("other");
        await using Connector connector = await StartAsync([one, _four, other], [new MemoryEndPoint("b")]);
        one.BringNext(() => null);
        await Eventually.TrueAsync(() => !one.IsListening);
        Assert.True(other.IsListening);
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointsA[1]);
        await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == 1);
        Assert.False(connector.Exhaustion.IsCompleted);
    }

    [Fact]
    public async Task B07_When_the_last_transport_brings_no_more_no_connection_can_come()
    {
        MemoryEndPoint one = new("one"), other = new("other");
        await using Connector connector = await StartAsync([one, other]);
        one.BringNext(() => null);
        await Eventually.TrueAsync(() => !one.IsListening);
        Assert.False(connector.Exhaustion.IsCompleted);
        other.BringNext(() => null);
        await connector.Exhaustion.InTimeAsync();
    }

    [Fact]
    public async Task B07_Each_has_the_backlog_and_each_file_the_permissions()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the backlog is read from Linux");
        var second = new UnixDomainSocketEndPoint(Path.Combine(_folder.FullName, "b.sock"));
        await using Connector connector = await StartAsync(
            new ListenOptions([_four, File, _four, second]) { Backlog = 37, UnixMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        Assert.Equal(37, ListenBacklog.Of(Inside.ListenerOf(connector, Side.A, 0)).Size);
        Assert.Equal(37, ListenBacklog.Of(Inside.ListenerOf(connector, Side.A, 2)).Size);
        Assert.All(_folder.GetFileSystemInfos(), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, file.UnixFileMode));
        Assert.Equal(2, _folder.GetFileSystemInfos().Length);
    }

    [Fact]
    public async Task B07_A_PeerListener_hands_out_the_peers_of_all_in_one_order()
    {
        PeerListener listener = await PeerListener.ListenAsync(Side.A, new ListenOptions([_four, File]), Patient.Options, TestContext.Current.CancellationToken);
        Assert.True(listener.EndPoints is [IPEndPoint { Port: > 1024 } first, UnixDomainSocketEndPoint] && (first, first.Port) == (listener.EndPoint, listener.Port));
        var clients = new List<TestPeer>();
        for (int i = 0; i < 4; i++)
        {
            clients.Add(await TestPeer.ConnectAsync(listener.EndPoints[i % 2]));
            await Eventually.TrueAsync(() => Inside.WaitingOf(listener, Side.A).Count() == clients.Count);
        }

        for (int i = 0; i < 4; i++)
        {
            using Peer peer = (await listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask().InTimeAsync())!;
            Assert.Equal(listener.EndPoints[i % 2], peer.LocalEndPoint);
        }

        await listener.DisposeAsync().AsTask().InTimeAsync();
        Assert.Empty(_folder.GetFileSystemInfos());
        using var again = new TestServer(port: listener.Port!.Value);
        clients.ForEach(client => client.Dispose());
    }

    private static Task<Connector> StartAsync(EndPoint[] sideA, EndPoint[]? sideB = null) => StartAsync(new ListenOptions(sideA), sideB);

    private static Task<Connector> StartAsync(ListenOptions sideA, EndPoint[]? sideB = null) =>
        Connector.ServerToServerAsync(sideA, new ListenOptions(sideB ?? [_four]), Patient.Options, TestContext.Current.CancellationToken).InTimeAsync();

    private sealed class DialledOnly : TransportEndPoint
    {
        public override string ToString() => "dialled only";
    }
}
