using System.Net;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

public sealed class PendingPeerTests : IAsyncLifetime
{
    private readonly ManualClock _clock = new();
    private Connector _connector = null!;

    private (int A, int B, int Joined) Counts => (_connector.GetPending(Side.A).Count, _connector.GetPending(Side.B).Count, _connector.GetConnections().Count);

    public async ValueTask InitializeAsync() => _connector = await Connector.ServerToServerAsync(
        new ListenOptions(IPAddress.Loopback, 0),
        new ListenOptions(IPAddress.Loopback, 0),
        Patient.Options with { TimeProvider = _clock },
        TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _connector.DisposeAsync();

    [Theory]
    [InlineData(Side.A, "closes")]
    [InlineData(Side.A, "resets")]
    [InlineData(Side.A, "ends its half without a byte")]
    [InlineData(Side.B, "closes")]
    [InlineData(Side.B, "resets")]
    [InlineData(Side.B, "ends its half without a byte")]
    public async Task B17_A_pending_peer_that_leaves_is_gone_from_the_queue_and_its_successor_is_joined(Side side, string how)
    {
        using TestPeer first = await WaitAsync(side, 1);
        using TestPeer second = await WaitAsync(side, 2);
        using TestPeer third = await WaitAsync(side, 3);
        Leave(first, how);
        Leave(third, how);
        await Eventually.TrueAsync(() => Waiting(side) == 1, explain: () => Counts.ToString());

        using TestPeer partner = await ConnectAsync(Other(side));
        await CrossAsync(second, partner);
        Assert.Equal((0, 0, 1), Counts);
        await Eventually.TrueAsync(
            () => _connector.GetStats().Closed is [{ Reason: CloseReason.PeerReset, Count: 2 } closed] && closed.Side == side,
            explain: () => _connector.GetStats().ToJson());
    }

    [Theory]
    [InlineData("closes")]
    [InlineData("resets")]
    public async Task B17_One_that_leaves_in_the_moment_in_which_its_partner_comes_is_not_joined(string how)
    {
        using TestPeer gone = await WaitAsync(Side.A, 1);
        using TestPeer live = await WaitAsync(Side.A, 2);
        Leave(gone, how);
        using TestPeer partner = await ConnectAsync(Side.B);
        await CrossAsync(live, partner);
        Assert.Equal(live.LocalEndPoint, _connector.GetConnections().Single().PeerA.RemoteEndPoint);
    }

    [Fact]
    public async Task B17_A_hundred_that_left_are_passed_over()
    {
        for (int i = 1; i <= 100; i++)
        {
            using TestPeer gone = await ConnectAsync(Side.A);
            Leave(gone, i % 2 == 0 ? "closes" : "resets");
        }

        using TestPeer live = await ConnectAsync(Side.A);
        await Eventually.TrueAsync(() => _connector.GetPending(Side.A).Any(peer => peer.RemoteEndPoint!.Equals(live.LocalEndPoint)));
        using TestPeer partner = await ConnectAsync(Side.B);
        await CrossAsync(live, partner);
        await Eventually.TrueAsync(() => Counts == (0, 0, 1), explain: () => Counts.ToString());
    }

    [Theory]
    [InlineData(Side.A)]
    [InlineData(Side.B)]
    public async Task B17_One_that_ended_its_half_after_sending_stays_and_is_relayed_to_the_partner_that_comes(Side side)
    {
        using TestPeer early = await ConnectAsync(side);
        await early.WriteAsync("sent and ended");
        early.EndHalf();
        await Eventually.TrueAsync(() => Waiting(side) == 1);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, Waiting(side));

        using TestPeer partner = await ConnectAsync(Other(side));
        Assert.Equal("sent and ended", await partner.ReadTextToEndAsync());
        await partner.WriteAsync("answered");
        partner.EndHalf();
        Assert.Equal("answered", await early.ReadTextToEndAsync());
        await Eventually.TrueAsync(() => _connector.GetStats().Closed.SequenceEqual([new CloseCount(CloseReason.Completed, side, 1)]), explain: () => _connector.GetStats().ToJson());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B17_One_that_resets_after_sending_is_gone_though_there_are_bytes_of_it(bool hadEndedItsHalf)
    {
        TestPeer lost = await WaitAsync(Side.A, 1);
        await lost.WriteAsync("never to be read");
        if (hadEndedItsHalf)
        {
            lost.EndHalf();
        }

        // From the first byte on, the room looks from time to time.
        await Eventually.TrueAsync(() => _clock.ActiveTimers == 1);
        lost.Reset();
        await Eventually.TrueAsync(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return _connector.GetPending(Side.A).Count == 0;
        });
        Assert.Equal(0, _clock.ActiveTimers);
        using TestPeer live = await WaitAsync(Side.A, 1);
        using TestPeer partner = await ConnectAsync(Side.B);
        await CrossAsync(live, partner);
    }

    [Fact]
    public async Task B17_One_that_resets_after_sending_is_not_joined_even_before_the_room_has_looked()
    {
        TestPeer lost = await WaitAsync(Side.A, 1);
        await lost.WriteAsync("never to be read");
        await Eventually.TrueAsync(() => _clock.ActiveTimers == 1);
        using TestPeer live = await WaitAsync(Side.A, 2);
        lost.Reset();
        using TestPeer partner = await ConnectAsync(Side.B);
        await CrossAsync(live, partner);
        Assert.Equal((0, 0, 1), Counts);
    }

    [Fact]
    public async Task B17_What_a_waiting_peer_sends_is_kept_whole_and_in_order()
    {
        // More than the socket's buffers hold: what does not fit waits with its sender.
        byte[] much = RandomBytes.Of(17, 8 * 1024 * 1024);
        using TestPeer early = await WaitAsync(Side.A, 1);
        Task sending = early.WriteAsync(much);
        await Eventually.TrueAsync(() => _clock.ActiveTimers == 1);
        Assert.False(sending.IsCompleted);
        using TestPeer partner = await ConnectAsync(Side.B);
        Assert.Equal(RandomBytes.Sha256(much), RandomBytes.Sha256(await partner.ReadAsync(much.Length)));
        await sending.InTimeAsync();
    }

    private static void Leave(TestPeer peer, string how)
    {
        switch (how)
        {
            case "closes":
                peer.Dispose();
                break;
            case "resets":
                peer.Reset();
                break;
            default:
                peer.EndHalf();
                break;
        }
    }

    private static async Task CrossAsync(TestPeer one, TestPeer other)
    {
        await one.WriteAsync("there");
        Assert.Equal("there", await other.ReadTextAsync(5));
        await other.WriteAsync("and back");
        Assert.Equal("and back", await one.ReadTextAsync(8));
    }

    private static Side Other(Side side) => side == Side.A ? Side.B : Side.A;

    private int Waiting(Side side) => side == Side.A ? _connector.GetPending(Side.A).Count : _connector.GetPending(Side.B).Count;

    private Task<TestPeer> ConnectAsync(Side side) => TestPeer.ConnectAsync(side == Side.A ? _connector.EndPointA! : _connector.EndPointB!);

    private async Task<TestPeer> WaitAsync(Side side, int place)
    {
        TestPeer peer = await ConnectAsync(side);
        await Eventually.TrueAsync(() => Waiting(side) == place, explain: () => Counts.ToString());
        return peer;
    }
}
