namespace SocketConnector.Capture.Pcapng;

/// <summary>The blocks of pcapng that are written here (draft-ietf-opsawg-pcapng, section 4).</summary>
internal enum BlockType : uint
{
    Interface = 1,
    NameResolution = 4,
    InterfaceStatistics = 5,
    EnhancedPacket = 6,
    SectionHeader = 0x0A0D0D0A,
}
