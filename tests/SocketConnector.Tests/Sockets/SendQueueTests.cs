using System.Net.Sockets;
using SocketConnector.Sockets;

namespace SocketConnector.Tests.Sockets;

public sealed class SendQueueTests
{
    private readonly ToldSocket _socket = new() { NotSent = 1000, Acknowledged = 50 };

    [Fact]
    public void A_peer_that_acknowledges_while_bytes_wait_for_it_reads()
    {
        var queue = new SendQueue(_socket);
        Assert.False(queue.HasMoved());
        (_socket.NotSent, _socket.Acknowledged) = (400, 650);
        Assert.True(queue.HasMoved());
        Assert.False(queue.HasMoved(), "nothing since it was last asked");
    }

    [Fact]
    public void What_was_sent_and_is_not_acknowledged_waits_as_well()
    {
        (_socket.NotSent, _socket.UnacknowledgedSegments) = (0, 1000);
        var queue = new SendQueue(_socket);
        (_socket.UnacknowledgedSegments, _socket.Acknowledged) = (0, 1050);
        Assert.True(queue.HasMoved());
    }

    [Fact]
    public void A_peer_that_takes_what_comes_at_once_has_nothing_waiting()
    {
        _socket.NotSent = 0;
        var queue = new SendQueue(_socket);
        _socket.Acknowledged += 10_000;
        Assert.False(queue.HasMoved());
    }

    [Fact]
    public void The_end_of_the_stream_is_acknowledged_and_is_no_byte()
    {
        var queue = new SendQueue(_socket);
        _socket.Acknowledged++;
        Assert.False(queue.HasMoved());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(104)]
    [InlineData(147)]
    public void Where_the_system_does_not_tell_nothing_moves(int told)
    {
        _socket.Told = told;
        var queue = new SendQueue(_socket);
        _socket.Acknowledged += 10_000;
        Assert.False(queue.HasMoved());
    }

    [Fact]
    public void A_socket_that_is_closed_meanwhile_moves_nothing()
    {
        var queue = new SendQueue(_socket);
        _socket.Failure = new ObjectDisposedException(nameof(Socket));
        Assert.False(queue.HasMoved());
    }
}
