namespace SocketConnector.Capture.Pcapng;

/// <summary>Options of the blocks. Each block counts its own from 2, and 1 is a comment in all of them.</summary>
internal static class OptionCode
{
    public const ushort Comment = 1;

    /// <summary>Who wrote it.</summary>
    public const ushort SectionProgram = 4;

    public const ushort InterfaceName = 2;
    public const ushort InterfaceDescription = 3;
    public const ushort InterfaceTimeResolution = 9;

    /// <summary>Its direction.</summary>
    public const ushort PacketFlags = 2;

    public const ushort StatisticsReceived = 4;
    public const ushort StatisticsDropped = 5;
}
