namespace SocketConnector.Capture.Packets;

/// <summary>Which way a packet went, as seen from the relay (draft-ietf-opsawg-pcapng, section 4.3.1, the lowest two bits).</summary>
internal enum Direction : uint
{
    Unknown = 0,
    Inbound = 1,
    Outbound = 2,
}
