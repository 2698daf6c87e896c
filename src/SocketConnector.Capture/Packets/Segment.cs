namespace SocketConnector.Capture.Packets;

/// <summary>A TCP segment that is to be written, without its bytes.</summary>
/// <param name="From">The end that sends it.</param>
/// <param name="To">The other.</param>
/// <param name="Sequence">Of its first byte.</param>
/// <param name="Acknowledged">What the sender expects next.</param>
/// <param name="Flags">What it says.</param>
internal readonly record struct Segment(PacketEnd From, PacketEnd To, uint Sequence, uint Acknowledged, TcpFlags Flags);
