namespace SocketConnector.Capture.Packets;

/// <summary>Where packets go.</summary>
internal interface IPacketSink
{
    /// <param name="time">When it was sent.</param>
    /// <param name="direction">Which way it went.</param>
    /// <param name="segment">The segment.</param>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="comment">What is to be said of it, if anything.</param>
    PacketFate Send(DateTimeOffset time, Direction direction, in Segment segment, ReadOnlySpan<byte> bytes, string? comment);
}
