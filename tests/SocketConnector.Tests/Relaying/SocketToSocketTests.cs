using System.Net.Sockets;
using System.Security.Authentication;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

public sealed class SocketToSocketTests : IDisposable
{
    private readonly TestServer _a = new();
    private readonly TestServer _b = new();

    private ConnectOptions A => new(_a.EndPoint);

    private ConnectOptions B => new(_b.EndPoint);

    public void Dispose()
    {
        _a.Dispose();
        _b.Dispose();
    }

    [Fact]
    public async Task B13_It_dials_both_and_joins_them()
    {
        await using Connector connector = await Connector.SocketToSocketAsync(A, B, Patient.Options, TestContext.Current.CancellationToken);
        using TestPeer a = await _a.AcceptAsync();
        using TestPeer b = await _b.AcceptAsync();
        await CrossAsync(a, b);
        Assert.Single(connector.GetConnections());
        Assert.Equal((null, null, null, null), (connector.EndPointA, connector.EndPointB, connector.PortA, connector.PortB));
        Assert.False(_a.HasWaiting || _b.HasWaiting, "one dial each");
    }

    [Theory]
    [MemberData(nameof(Modes.All), MemberType = typeof(Modes))]
    public async Task B13_Two_servers_are_joined_through_an_existing_connector(Mode mode)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, Patient.Options);
        Connection joined = await pair.Connector.JoinAsync(A, B, TestContext.Current.CancellationToken);
        using TestPeer a = await _a.AcceptAsync();
        using TestPeer b = await _b.AcceptAsync();
        await CrossAsync(a, b);
        await CrossAsync(pair.A, pair.B);
        Assert.Equal([pair.Connection.Id, joined.Id], pair.Connector.GetConnections().Select(connection => connection.Id).Order());
        Assert.Equal((a.LocalEndPoint, b.LocalEndPoint), (joined.PeerA.RemoteEndPoint, joined.PeerB.RemoteEndPoint));
        a.Dispose();
        b.Dispose();
        Assert.Equal(CloseReason.Completed, (await joined.Completion.InTimeAsync()).Reason);
        await CrossAsync(pair.A, pair.B);
    }

    [Fact]
    public async Task B13_A_connector_without_sides_joins_as_many_as_it_is_told()
    {
        await using var connector = new Connector(Patient.Options);
        long last = 0;
        List<TestPeer> peers = [];
        for (int i = 1; i <= 10; i++)
        {
            Connection joined = await connector.JoinAsync(A, B, TestContext.Current.CancellationToken);
            Assert.True(joined.Id > last, $"{joined.Id} after {last}");
            last = joined.Id;
            TestPeer a = await _a.AcceptAsync(), b = await _b.AcceptAsync();
            await CrossAsync(a, b);
            peers.AddRange([a, b]);
        }

        Assert.Equal(10, connector.GetConnections().Count);
        peers.ForEach(peer => peer.Dispose());
        await Eventually.TrueAsync(() => connector.GetConnections().Count == 0);
        Assert.False(connector.IsClosed);
    }

    [Theory]
    [InlineData(Side.A)]
    [InlineData(Side.B)]
    public async Task B13_A_refused_side_fails_the_call_and_closes_the_other(Side refusing)
    {
        await using var connector = new Connector(Patient.Options);
        var nobody = new ConnectOptions(TestServer.RefusingPort());
        SocketException refused = await Assert.ThrowsAsync<SocketException>(() => refusing == Side.A
            ? connector.JoinAsync(nobody, B, TestContext.Current.CancellationToken)
            : connector.JoinAsync(A, nobody, TestContext.Current.CancellationToken));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
        Assert.Contains(nobody.EndPoint.ToString()!, refused.Message, StringComparison.Ordinal);
        await AssertClosedAsync(refusing == Side.A ? _b : _a);
        Assert.Empty(connector.GetConnections());
        Assert.False(connector.IsClosed);
    }

    [Theory]
    [InlineData(Side.A)]
    [InlineData(Side.B)]
    public async Task B13_A_rejected_side_fails_the_call_and_closes_both(Side rejected)
    {
        await using var connector = new Connector(Patient.Options);
        SocketAuthVerifier verifier = (_, _) => ValueTask.FromResult(AuthResult.Reject("not today"));
        AuthenticationException error = await Assert.ThrowsAsync<AuthenticationException>(() => connector.JoinAsync(
            rejected == Side.A ? A with { AuthVerifier = verifier } : A,
            rejected == Side.B ? B with { AuthVerifier = verifier } : B,
            TestContext.Current.CancellationToken));
        Assert.Contains("not today", error.Message, StringComparison.Ordinal);
        await AssertClosedAsync(_a);
        await AssertClosedAsync(_b);
        Assert.Equal([new CloseCount(CloseReason.AuthRejected, rejected, 1)], connector.GetStats().Closed);
    }

    [Fact]
    public async Task B13_A_cancelled_call_closes_what_it_had_connected()
    {
        await using var connector = new Connector(Patient.Options);
        using var full = new TestServer(backlog: 1);
        await full.FillAsync();
        using var giveUp = new CancellationTokenSource();
        Task<Connection> joining = connector.JoinAsync(A, new ConnectOptions(full.EndPoint), giveUp.Token);
        using TestPeer a = await _a.AcceptAsync();
        Assert.False(joining.IsCompleted);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => joining.InTimeAsync());
        Assert.Empty((await a.ReadToWhateverEndAsync()).Bytes);
        Assert.False(connector.IsClosed);
    }

    [Fact]
    public async Task B13_A_call_that_the_end_of_the_connector_cuts_short_says_so()
    {
        await using var connector = new Connector(Patient.Options);
        using var full = new TestServer(backlog: 1);
        await full.FillAsync();
        Task<Connection> joining = connector.JoinAsync(A, new ConnectOptions(full.EndPoint), TestContext.Current.CancellationToken);
        using TestPeer a = await _a.AcceptAsync();
        await connector.DisposeAsync().AsTask().InTimeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => joining.InTimeAsync());
        Assert.Empty((await a.ReadToWhateverEndAsync()).Bytes);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => connector.JoinAsync(A, B, TestContext.Current.CancellationToken));
    }

    private static async Task AssertClosedAsync(TestServer server)
    {
        using TestPeer peer = await server.AcceptAsync();
        Assert.Empty((await peer.ReadToWhateverEndAsync()).Bytes);
    }

    private static async Task CrossAsync(TestPeer a, TestPeer b)
    {
        await a.WriteAsync("to B");
        await b.WriteAsync("to A");
        Assert.Equal("to B", await b.ReadTextAsync(4));
        Assert.Equal("to A", await a.ReadTextAsync(4));
    }
}
