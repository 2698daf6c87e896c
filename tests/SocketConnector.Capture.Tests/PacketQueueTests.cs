using System.Net;
using SocketConnector.Capture.Output;
using SocketConnector.Capture.Packets;

namespace SocketConnector.Capture.Tests;

/// <summary>What the queue of packets counts.</summary>
public sealed class PacketQueueTests
{
    private static readonly DateTimeOffset _noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void B131_Each_view_counts_its_own_packets_and_drops()
    {
        var queue = new PacketQueue(CaptureOptions.MaxSnapLength);
        Begin(queue, InterfaceId.Clear).Data(Side.A, new byte[100], _noon);
        Begin(queue, InterfaceId.Wire).Data(Side.A, new byte[10 * 1024 * 1024], _noon);
        Assert.Equal((1, 0), queue.CountsOf(InterfaceId.Clear));
        Assert.True(queue.CountsOf(InterfaceId.Wire) is { Packets: > 100, Dropped: > 30 }, $"{queue.CountsOf(InterfaceId.Wire)}");
    }

    [Fact]
    public async Task B131_What_waits_and_what_is_left_are_dropped_where_nothing_more_can_be_written()
    {
        var queue = new PacketQueue(CaptureOptions.MaxSnapLength);
        Begin(queue, InterfaceId.Clear).Data(Side.A, new byte[100], _noon);
        Begin(queue, InterfaceId.Wire).Data(Side.A, new byte[100], _noon);
        byte[] taken = (await queue.TakeAsync(TestContext.Current.CancellationToken)).Written.ToArray();
        Begin(queue, InterfaceId.Clear).Data(Side.B, new byte[100], _noon);
        queue.Fail(taken.AsSpan(taken.Length / 2));
        Begin(queue, InterfaceId.Clear).Data(Side.B, new byte[100], _noon);
        Assert.Equal((1, 1), queue.CountsOf(InterfaceId.Clear));
        Assert.Equal((0, 1), queue.CountsOf(InterfaceId.Wire));
    }

    private static Conversation Begin(PacketQueue queue, InterfaceId id) =>
        new(new InterfaceSink(queue, id), new PacketEnd(IPAddress.Parse("192.0.2.1"), 4711), new PacketEnd(IPAddress.Parse("192.0.2.2"), 22), 1000);
}
