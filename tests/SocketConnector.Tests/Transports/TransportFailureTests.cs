using System.Net;
using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Transports;

/// <summary>Whatever a transport of one's own throws costs one accept or one connect.</summary>
public sealed class TransportFailureTests
{
    [Fact]
    public async Task An_accept_that_throws_is_told_and_the_next_client_is_served()
    {
        var place = new MemoryEndPoint("a");
        var log = new LogCollector();
        await using Connector connector = await Connector.ServerToServerAsync(
            new ListenOptions(place), new ListenOptions(IPAddress.Loopback, 0), Patient.Options with { LoggerFactory = log }, TestContext.Current.CancellationToken);
        place.BringNext(() => throw new InvalidOperationException("the relay is restarting"));
        place.BringNext(() => throw new SocketException((int)SocketError.ConnectionReset));
        await log.FirstAsync("the relay is restarting");
        await using MemoryEnd client = place.Dial();
        using TestPeer b = await TestPeer.ConnectAsync(connector.EndPointB!);
        await client.SayAsync("served");
        Assert.Equal("served", await b.ReadTextAsync(6));
    }

    [Fact]
    public async Task A_listener_that_brings_no_more_ends_its_side()
    {
        MemoryEndPoint a = new("a"), b = new("b");
        await using Connector connector = await Connector.ServerToServerAsync(new ListenOptions(a), new ListenOptions(b), Patient.Options, TestContext.Current.CancellationToken);
        a.BringNext(() => null);
        await connector.Exhaustion.InTimeAsync();
        await Eventually.TrueAsync(() => !a.IsListening);
        Assert.False(connector.IsClosed);
    }

    [Fact]
    public async Task A_connect_that_throws_is_a_failed_dial_with_its_reason()
    {
        MemoryEndPoint a = new("a"), b = new("b") { Refusal = new InvalidOperationException("nobody is\nwaiting there") };
        var log = new LogCollector();
        await using Connector connector = await Connector.ServerToSocketAsync(
            new ListenOptions(a), new ConnectOptions(b), Patient.Options with { LoggerFactory = log }, TestContext.Current.CancellationToken);
        await using MemoryEnd refused = a.Dial();
        await Assert.ThrowsAsync<IOException>(() => refused.HearToEndAsync());
        await log.FirstAsync(@"Cannot connect to memory:b: nobody is\nwaiting there");
        Assert.Contains(new CloseCount(CloseReason.ConnectFailed, Side.B, 1), connector.GetStats().Closed);
        b.Refusal = null;
        await using MemoryEnd client = a.Dial();
        await using MemoryEnd server = await b.AcceptAsync();
        await client.SayAsync("again");
        Assert.Equal("again", await server.HearAsync(5));
    }

    [Fact]
    public async Task A_connect_that_hangs_ends_with_its_deadline_and_what_it_brings_late_is_cut()
    {
        (MemoryEnd near, MemoryEnd far) = MemoryEnd.Pair();
        var late = new TaskCompletionSource<DuplexStream>();
        SocketException error = await Assert.ThrowsAsync<SocketException>(() => Connector.SocketToSocketAsync(
            new ConnectOptions(new SlowEndPoint(late.Task)),
            new ConnectOptions(new MemoryEndPoint("b")),
            Patient.Options with { ConnectTimeout = TimeSpan.FromMilliseconds(50) },
            TestContext.Current.CancellationToken).InTimeAsync());
        Assert.Equal("Cannot connect to slow: timed out", error.Message);
        late.SetResult(near.AsDuplex("late"));
        await Assert.ThrowsAsync<IOException>(() => far.HearToEndAsync());
    }

    [Fact]
    public async Task An_end_point_that_cannot_do_it_says_so_in_one_line()
    {
        ConnectorOptions options = Patient.Options;
        SocketException listen = await Assert.ThrowsAsync<SocketException>(() => Connector.ServerToServerAsync(
            new ListenOptions(new SlowEndPoint(null!)), new ListenOptions(IPAddress.Loopback, 0), options, TestContext.Current.CancellationToken));
        Assert.Equal("Cannot listen on slow: it can be connected to, and not listened on", listen.Message);
        SocketException connect = await Assert.ThrowsAsync<SocketException>(() => Connector.SocketToServerAsync(
            new ConnectOptions(new NamelessEndPoint()), new ListenOptions(IPAddress.Loopback, 0), options, TestContext.Current.CancellationToken));
        Assert.Equal("Cannot connect to NamelessEndPoint: it can be listened on, and not connected to", connect.Message);
    }

    [Fact]
    public async Task Statistics_name_the_peers_of_a_transport_by_their_text()
    {
        await using MemoryRelay relay = await MemoryRelay.StartAsync(Mode.ServerToSocket);
        await relay.JoinedAsync();
        ConnectorStats stats = relay.Connector.GetStats();
        Assert.Contains("memory:client 1 of a", stats.ToJson(), StringComparison.Ordinal);
        Assert.Contains("memory:b", stats.ToJson(), StringComparison.Ordinal);
        Assert.Equal("A memory:client 1 of a", relay.Connection.PeerA.ToString());
        Assert.Equal("memory:b", relay.Connection.PeerB.RemoteEndPoint!.ToString());
    }

    private sealed class SlowEndPoint(Task<DuplexStream> connected) : TransportEndPoint
    {
        public override ValueTask<DuplexStream> ConnectAsync(CancellationToken cancellationToken) => new(connected);

        public override string ToString() => "slow";
    }

    private sealed class NamelessEndPoint : TransportEndPoint
    {
        public override string ToString() => throw new InvalidOperationException("it has no name");
    }
}
