using System.Net;
using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

/// <summary>A peer that another is dialled for is watched meanwhile, and its owner may read from it before and after.</summary>
public sealed class WatchedPeerTests : IAsyncLifetime
{
    private readonly PeerDialer _dialer = new(Patient.Options);
    private PeerListener _listener = null!;
    private TestPeer _client = null!;
    private Peer _peer = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _listener = await PeerListener.ListenAsync(Side.A, new ListenOptions(IPAddress.Loopback, 0), Patient.Options, Cancelled);
        _client = await TestPeer.ConnectAsync(_listener.EndPoint);
        _peer = (await _listener.AcceptAsync(Cancelled).AsTask().InTimeAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        _peer.Dispose();
        _client.Dispose();
        await _listener.DisposeAsync();
        await _dialer.DisposeAsync();
    }

    [Fact]
    public async Task B82_Nothing_is_dialled_for_a_peer_that_is_being_read_from()
    {
        using var target = new TestServer();
        byte[] one = new byte[1];
        Task<int> reading = _peer.GetStream().ReadAsync(one, Cancelled).AsTask();
        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(() => DialAsync(target, Cancelled).InTimeAsync());
        Assert.Contains("a read of its stream is under way", refused.Message, StringComparison.Ordinal);
        Assert.False(target.HasWaiting, "it was dialled");

        await _client.WriteAsync("xy");
        Assert.Equal(1, await reading.InTimeAsync());
        Peer partner = await DialAsync(target, Cancelled).InTimeAsync();
        using TestPeer far = await target.AcceptAsync();
        await using var connector = new Connector(Patient.Options);
        await connector.JoinAsync(_peer, partner, Cancelled);
        Assert.Equal("y", await far.ReadTextAsync(1));
    }

    [Fact]
    public async Task B82_A_peer_is_not_read_from_while_one_is_dialled_for_it()
    {
        using var silent = new TestServer(backlog: 1);
        await silent.FillAsync();
        using var enough = new CancellationTokenSource();
        Task<Peer> dialling = DialAsync(silent, enough.Token);
        byte[] one = new byte[1];
        await Assert.ThrowsAsync<InvalidOperationException>(() => _peer.GetStream().ReadAsync(one, Cancelled).AsTask().InTimeAsync());
        Assert.False(dialling.IsCompleted);

        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dialling.InTimeAsync());
        await _client.WriteAsync("x");
        Assert.Equal(1, await _peer.GetStream().ReadAsync(one, Cancelled).AsTask().InTimeAsync());

        // What has arrived meanwhile changes nothing for the watch.
        await _client.WriteAsync("y");
        dialling = DialAsync(silent, Cancelled);
        _client.Reset();
        Assert.Equal(SocketError.ConnectionAborted, (await Assert.ThrowsAsync<SocketException>(() => dialling.InTimeAsync())).SocketErrorCode);
    }

    private Task<Peer> DialAsync(TestServer target, CancellationToken enough) => _dialer.ConnectAsync(Side.B, new ConnectOptions(target.EndPoint), _peer, enough);
}
