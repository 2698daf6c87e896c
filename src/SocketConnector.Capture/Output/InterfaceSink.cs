using SocketConnector.Capture.Packets;

namespace SocketConnector.Capture.Output;

/// <summary>Puts the packets of one view into the queue.</summary>
/// <param name="queue">The queue of all.</param>
/// <param name="id">The view's.</param>
internal sealed class InterfaceSink(PacketQueue queue, InterfaceId id) : IPacketSink
{
    public PacketFate Send(DateTimeOffset time, Direction direction, in Segment segment, ReadOnlySpan<byte> bytes, string? comment) =>
        queue.Send(id, time, direction, segment, bytes, comment);
}
