using System.Net;
using System.Text;
using System.Threading.Channels;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

/// <summary>A peer that a program owns, and speaks a protocol of its own with before it is joined.</summary>
public sealed class OwnedPeerTests : IAsyncLifetime
{
    private readonly Channel<ConnectionEvent> _events = Channel.CreateUnbounded<ConnectionEvent>();
    private readonly Connector _connector = new(Patient.Options);
    private PeerListener _listener = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _listener = await PeerListener.ListenAsync(
        Side.A, new ListenOptions(IPAddress.Loopback, 0), Patient.Options with { Events = _events.Writer }, Cancelled);

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        await _connector.DisposeAsync();
    }

    [Fact]
    public async Task What_it_says_is_read_and_answered_and_what_was_read_too_far_is_relayed_first()
    {
        (TestPeer client, Peer peer) = await ArriveAsync();
        (TestPeer other, Peer partner) = await ArriveAsync();
        using (client)
        using (other)
        {
            await client.WriteAsync("hello, then more");
            byte[] room = new byte[64];
            int count = await peer.GetStream().ReadAtLeastAsync(room, 16, cancellationToken: Cancelled).AsTask().InTimeAsync();
            Assert.Equal("hello, then more", Encoding.ASCII.GetString(room, 0, count));
            peer.Unread(room.AsSpan(7, count - 7));
            await peer.GetStream().WriteAsync("go"u8.ToArray(), Cancelled);
            Assert.Equal("go", await client.ReadTextAsync(2));

            await _connector.JoinAsync(peer, partner, Cancelled);

            Assert.Equal("then more", await other.ReadTextAsync(9));
            await client.WriteAsync(", and this");
            Assert.Equal(", and this", await other.ReadTextAsync(10));
            await other.WriteAsync("yes");
            Assert.Equal("yes", await client.ReadTextAsync(3));
        }
    }

    [Fact]
    public async Task Two_of_one_side_are_joined_and_the_second_crosses_over()
    {
        (TestPeer client, Peer peer) = await ArriveAsync();
        (TestPeer other, Peer partner) = await ArriveAsync();
        using (client)
        using (other)
        {
            Connection connection = await _connector.JoinAsync(partner, peer, Cancelled);
            Assert.Equal((partner, peer), (connection.PeerA, connection.PeerB));
            Assert.Equal((Side.A, Side.B), (partner.Side, peer.Side));
            await client.WriteAsync("across");
            Assert.Equal("across", await other.ReadTextAsync(6));
            await Eventually.TrueAsync(() => connection.BytesBToA == 6);
        }
    }

    [Fact]
    public async Task A_read_into_no_room_waits_until_there_is_something_and_takes_nothing()
    {
        (TestPeer client, Peer peer) = await ArriveAsync();
        using (client)
        using (peer)
        {
            Task<int> waiting = peer.GetStream().ReadAsync(Memory<byte>.Empty, Cancelled).AsTask();
            Assert.False(waiting.IsCompleted);
            await client.WriteAsync("x");
            Assert.Equal(0, await waiting.InTimeAsync());
            byte[] one = new byte[1];
            Assert.Equal(1, await peer.GetStream().ReadAsync(one, Cancelled).AsTask().InTimeAsync());
            Assert.Equal((byte)'x', one[0]);
        }
    }

    [Fact]
    public async Task A_read_into_no_room_is_not_misled_by_what_was_read_already()
    {
        byte[] one = new byte[1];
        for (int i = 0; i < 100; i++)
        {
            // That there is something is told twice: to who looks, and by an event that may come late.
            using TestPeer client = await TestPeer.ConnectAsync(_listener.EndPoint);
            await client.WriteAsync("x");
            using Peer peer = (await _listener.AcceptAsync(Cancelled).AsTask().InTimeAsync())!;
            Stream stream = peer.GetStream();
            Assert.Equal(1, await stream.ReadAsync(one, Cancelled).AsTask().InTimeAsync());

            Task<int> waiting = stream.ReadAsync(Memory<byte>.Empty, Cancelled).AsTask();
            Assert.False(waiting.IsCompleted, "there is nothing to read");
            await client.WriteAsync("y");
            await waiting.InTimeAsync();
            Task<int> reading = stream.ReadAsync(one, Cancelled).AsTask();
            Assert.True(reading.IsCompleted, "the wait was over, and there was nothing to read");
            await reading;
        }
    }

    [Fact]
    public async Task Its_end_is_read_and_its_reset_is_thrown()
    {
        (TestPeer ending, Peer ended) = await ArriveAsync();
        (TestPeer resetting, Peer reset) = await ArriveAsync();
        using (ending)
        using (ended)
        using (reset)
        {
            ending.EndHalf();
            Assert.Equal(0, await ended.GetStream().ReadAsync(new byte[1], Cancelled).AsTask().InTimeAsync());
            resetting.Reset();
            await Assert.ThrowsAsync<IOException>(() => reset.GetStream().ReadAsync(new byte[1], Cancelled).AsTask().InTimeAsync());
        }
    }

    [Fact]
    public async Task Closed_in_order_it_has_everything_that_was_written_and_the_reason_is_told()
    {
        (TestPeer client, Peer peer) = await ArriveAsync();
        using (client)
        {
            // It is sending still: a close over unread bytes would reset.
            await client.WriteAsync(new string('x', 100_000));
            await peer.GetStream().WriteAsync("no, because"u8.ToArray(), Cancelled);
            Task closing = peer.CloseAsync("no ticket");
            Assert.Equal("no, because", Encoding.ASCII.GetString(await client.ReadToEndAsync()));
            client.EndHalf();
            await closing.InTimeAsync();
            ConnectionEvent told = await RefusedAsync();
            Assert.Equal((CloseReason.Ended, "no ticket"), (told.Closed!.Reason, told.Detail));
            Assert.Throws<InvalidOperationException>(() => peer.GetStream());
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    public async Task Closed_in_order_while_it_is_read_from_the_read_fails(int room)
    {
        (TestPeer client, Peer peer) = await ArriveAsync();
        using (client)
        {
            Task<int> reading = peer.GetStream().ReadAsync(new byte[room], Cancelled).AsTask();
            await peer.GetStream().WriteAsync("bye"u8.ToArray(), Cancelled);
            Task closing = peer.CloseAsync();
            await Assert.ThrowsAsync<ObjectDisposedException>(() => reading.InTimeAsync());
            await client.WriteAsync("for nobody");
            Assert.Equal("bye", Encoding.ASCII.GetString(await client.ReadToEndAsync()));
            client.EndHalf();
            await closing.InTimeAsync();
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    public async Task Joined_while_it_is_read_from_the_read_fails_and_its_bytes_are_the_connections(int room)
    {
        (TestPeer client, Peer peer) = await ArriveAsync();
        (TestPeer other, Peer partner) = await ArriveAsync();
        using (client)
        using (other)
        {
            Task<int> reading = peer.GetStream().ReadAsync(new byte[room], Cancelled).AsTask();
            await _connector.JoinAsync(peer, partner, Cancelled);
            await Assert.ThrowsAsync<ObjectDisposedException>(() => reading.InTimeAsync());
            await client.WriteAsync("ping");
            Assert.Equal("ping", await other.ReadTextAsync(4));
        }
    }

    [Fact]
    public async Task Disposing_its_stream_closes_it_once()
    {
        (TestPeer client, Peer peer) = await ArriveAsync();
        using (client)
        {
            await peer.GetStream().DisposeAsync();
            peer.Dispose();
            Assert.Empty(await client.ReadToEndAsync());
            Assert.Equal(CloseReason.Ended, (await RefusedAsync()).Closed!.Reason);
            Assert.False(_events.Reader.TryRead(out _), "it is told twice");
        }
    }

    [Fact]
    public async Task Once_joined_its_bytes_are_the_connections()
    {
        (TestPeer client, Peer peer) = await ArriveAsync();
        (TestPeer other, Peer partner) = await ArriveAsync();
        using (client)
        using (other)
        {
            Stream stream = peer.GetStream();
            await _connector.JoinAsync(peer, partner, Cancelled);
            await Assert.ThrowsAsync<ObjectDisposedException>(() => stream.ReadAsync(new byte[1], Cancelled).AsTask().InTimeAsync());
            await Assert.ThrowsAsync<ObjectDisposedException>(() => stream.WriteAsync(new byte[1], Cancelled).AsTask().InTimeAsync());
            Assert.Throws<InvalidOperationException>(() => peer.Unread("x"u8));
            await client.WriteAsync("ping");
            Assert.Equal("ping", await other.ReadTextAsync(4));
        }
    }

    [Fact]
    public async Task Ending_the_writing_half_leaves_the_other_open()
    {
        (TestPeer client, Peer peer) = await ArriveAsync();
        using (client)
        using (peer)
        {
            await peer.EndSendingAsync(Cancelled);
            Assert.Empty(await client.ReadToEndAsync());
            await client.WriteAsync("still");
            byte[] room = new byte[5];
            await peer.GetStream().ReadExactlyAsync(room, Cancelled).AsTask().InTimeAsync();
            Assert.Equal("still", Encoding.ASCII.GetString(room));
        }
    }

    private async Task<(TestPeer Client, Peer Peer)> ArriveAsync()
    {
        TestPeer client = await TestPeer.ConnectAsync(_listener.EndPoint);
        return (client, (await _listener.AcceptAsync(Cancelled).AsTask().InTimeAsync())!);
    }

    private async Task<ConnectionEvent> RefusedAsync()
    {
        ConnectionEvent one;
        do
        {
            one = await _events.Reader.ReadAsync(Cancelled).AsTask().InTimeAsync();
        }
        while (one.Kind != ConnectionEventKind.Refused);
        return one;
    }
}
