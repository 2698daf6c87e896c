namespace SocketConnector.Capture.Packets;

/// <summary>What becomes of a packet.</summary>
internal enum PacketFate
{
    /// <summary>It is put in.</summary>
    Taken = 0,

    /// <summary>There is no room for it, and it is dropped.</summary>
    Dropped,

    /// <summary>The capture has ended, and nobody misses it.</summary>
    Late,
}
