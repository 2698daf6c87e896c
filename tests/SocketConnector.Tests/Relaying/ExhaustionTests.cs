using System.Net;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

public sealed class ExhaustionTests
{
    private static readonly ListenOptions _once = new(IPAddress.Loopback, 0) { AcceptLimit = 1 };
    private static readonly ListenOptions _always = new(IPAddress.Loopback, 0);

    [Fact]
    public async Task B13_Socket_to_socket_is_exhausted_with_the_end_of_its_connection()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.SocketToSocket, Patient.Options);
        Assert.False(pair.Connector.Exhaustion.IsCompleted);
        pair.A.EndHalf();
        Assert.Empty(await pair.B.ReadToEndAsync());
        Assert.False(pair.Connector.Exhaustion.IsCompleted, "one direction is open");
        pair.B.EndHalf();
        await pair.Connector.Exhaustion.InTimeAsync();
        Assert.False(pair.Connector.IsClosed);
        Assert.True(pair.Connection.Completion.IsCompleted, "exhausted before its connection had ended");
    }

    [Fact]
    public async Task B13_Socket_to_socket_whose_peer_is_rejected_is_exhausted()
    {
        using var a = new TestServer();
        using var b = new TestServer();
        await using Connector connector = await Connector.SocketToSocketAsync(
            new ConnectOptions(a.EndPoint) { AuthVerifier = Verifiers.Word("go") }, new ConnectOptions(b.EndPoint), Patient.Options, TestContext.Current.CancellationToken);
        using TestPeer peer = await a.AcceptAsync();
        Assert.False(connector.Exhaustion.IsCompleted, "authentication goes on");
        await peer.WriteAsync("no");
        peer.EndHalf();
        Assert.Equal(Verifiers.Goodbye, await peer.ReadTextToEndAsync());
        await connector.Exhaustion.InTimeAsync();
    }

    [Fact]
    public async Task B13_Another_pair_that_was_joined_puts_exhaustion_off()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.SocketToSocket, Patient.Options);
        using var a = new TestServer();
        using var b = new TestServer();
        Connection second = await pair.Connector.JoinAsync(new ConnectOptions(a.EndPoint), new ConnectOptions(b.EndPoint), TestContext.Current.CancellationToken);
        pair.A.Reset();
        await pair.Connection.Completion.InTimeAsync();
        await NotExhaustedAsync(pair.Connector);
        second.Abort();
        await pair.Connector.Exhaustion.InTimeAsync();
    }

    [Theory]
    [InlineData(Mode.ServerToServer, true, false)]
    [InlineData(Mode.ServerToServer, false, true)]
    [InlineData(Mode.ServerToServer, true, true)]
    [InlineData(Mode.ServerToSocket, true, false)]
    [InlineData(Mode.SocketToServer, false, true)]
    public async Task B14_A_used_up_accept_limit_exhausts_when_the_last_connection_ends(Mode mode, bool limitA, bool limitB)
    {
        using var far = new TestServer();
        await using Connector connector = await StartAsync(mode, limitA ? _once : _always, limitB ? _once : _always, far);
        Assert.False(connector.Exhaustion.IsCompleted);
        (TestPeer a, TestPeer b) = await JoinOneAsync(connector, far);
        await NotExhaustedAsync(connector);
        a.Dispose();
        b.Dispose();
        await connector.Exhaustion.InTimeAsync();
        Assert.False(connector.IsClosed);
    }

    [Theory]
    [InlineData(Mode.ServerToServer)]
    [InlineData(Mode.ServerToSocket)]
    [InlineData(Mode.SocketToServer)]
    public async Task B14_Without_a_limit_it_is_never_exhausted_before_it_is_closed(Mode mode)
    {
        using var far = new TestServer();
        await using Connector connector = await StartAsync(mode, _always, _always, far);
        for (int round = 0; round < 3; round++)
        {
            (TestPeer a, TestPeer b) = await JoinOneAsync(connector, far);
            Connection connection = connector.GetConnections().Single();
            a.Dispose();
            b.Dispose();
            await connection.Completion.InTimeAsync();
            await NotExhaustedAsync(connector);
        }

        await connector.DisposeAsync();
        await connector.Exhaustion.InTimeAsync();
    }

    [Fact]
    public async Task B13_A_connector_without_sides_is_exhausted_only_when_it_is_closed()
    {
        await using var connector = new Connector(Patient.Options);
        using var a = new TestServer();
        using var b = new TestServer();
        Connection connection = await connector.JoinAsync(new ConnectOptions(a.EndPoint), new ConnectOptions(b.EndPoint), TestContext.Current.CancellationToken);
        connection.Abort();
        await connection.Completion.InTimeAsync();
        await NotExhaustedAsync(connector);
        await connector.StopAsync(TestContext.Current.CancellationToken);
        await connector.Exhaustion.InTimeAsync();
    }

    /// <summary>What is about to be wrongly exhausted is so after the work that is queued now.</summary>
    private static async Task NotExhaustedAsync(Connector connector)
    {
        for (int i = 0; i < 20; i++)
        {
            await Task.Yield();
            Assert.False(connector.Exhaustion.IsCompleted, connector.GetStats().ToJson());
        }
    }

    private static Task<Connector> StartAsync(Mode mode, ListenOptions a, ListenOptions b, TestServer? far)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        return mode switch
        {
            Mode.ServerToServer => Connector.ServerToServerAsync(a, b, Patient.Options, token),
            Mode.ServerToSocket => Connector.ServerToSocketAsync(a, new ConnectOptions(far!.EndPoint), Patient.Options, token),
            _ => Connector.SocketToServerAsync(new ConnectOptions(far!.EndPoint), b, Patient.Options, token),
        };
    }

    private static async Task<(TestPeer A, TestPeer B)> JoinOneAsync(Connector connector, TestServer far)
    {
        TestPeer? a = connector.EndPointA is null ? null : await TestPeer.ConnectAsync(connector.EndPointA);
        TestPeer? b = connector.EndPointB is null ? null : await TestPeer.ConnectAsync(connector.EndPointB);
        a ??= await far.AcceptAsync();
        b ??= await far.AcceptAsync();
        await Eventually.TrueAsync(() => connector.GetConnections().Count == 1);
        return (a, b);
    }
}
