using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SocketConnector.Capture.Pcapng;

/// <summary>Writes the blocks that are no packets (draft-ietf-opsawg-pcapng, sections 4.1 to 4.6).</summary>
internal static class PcapngBlocks
{
    private const uint ByteOrder = 0x1A2B3C4D;
    private const ulong UnknownLength = ulong.MaxValue;
    private const ushort RawIP = 101;
    private const ushort IPv4Name = 1;
    private const ushort IPv6Name = 2;
    private const byte Nanoseconds = 9;

    /// <summary>Comes first in every file.</summary>
    public static void AddSection(this BlockBuffer to, string program)
    {
        to.Begin(BlockType.SectionHeader);
        to.Add(ByteOrder);
        to.Add((ushort)1);
        to.Add((ushort)0);
        to.Add(UnknownLength);
        to.AddOption(OptionCode.SectionProgram, program);
        to.EndOptions();
        to.End();
    }

    /// <summary>Its number is the count of those before it.</summary>
    public static void AddInterface(this BlockBuffer to, string name, string description, int snapLength)
    {
        to.Begin(BlockType.Interface);
        to.Add(RawIP);
        to.Add((ushort)0);
        to.Add((uint)snapLength);
        to.AddOption(OptionCode.InterfaceName, name);
        to.AddOption(OptionCode.InterfaceDescription, description);
        to.AddOption(OptionCode.InterfaceTimeResolution, [Nanoseconds]);
        to.EndOptions();
        to.End();
    }

    /// <summary>What an interface has seen, as far as that is known; the last one counts.</summary>
    public static void AddStatistics(this BlockBuffer to, uint number, ulong now, long received, long dropped)
    {
        to.Begin(BlockType.InterfaceStatistics);
        to.Add(number);
        to.AddTime(now);
        to.AddOption(OptionCode.StatisticsReceived, (ulong)received);
        to.AddOption(OptionCode.StatisticsDropped, (ulong)dropped);
        to.EndOptions();
        to.End();
    }

    /// <summary>What an address stands for.</summary>
    public static void AddName(this BlockBuffer to, IPAddress address, string name)
    {
        byte[] number = address.GetAddressBytes();
        byte[] text = Encoding.UTF8.GetBytes(name);
        to.Begin(BlockType.NameResolution);
        to.Add(address.AddressFamily == AddressFamily.InterNetworkV6 ? IPv6Name : IPv4Name);
        to.Add((ushort)(number.Length + text.Length + 1));
        number.CopyTo(to.Extend(number.Length));
        text.CopyTo(to.Extend(text.Length));
        to.Extend(1).Clear();
        to.Pad();
        to.Add(0u);
        to.EndOptions();
        to.End();
    }

    public static void AddOption(this BlockBuffer to, ushort code, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        to.AddOption(code, bytes.AsSpan(0, Math.Min(bytes.Length, ushort.MaxValue)));
    }

    public static void AddOption(this BlockBuffer to, ushort code, ReadOnlySpan<byte> value)
    {
        to.Add(code);
        to.Add((ushort)value.Length);
        value.CopyTo(to.Extend(value.Length));
        to.Pad();
    }

    public static void AddOption(this BlockBuffer to, ushort code, uint value)
    {
        to.Add(code);
        to.Add((ushort)sizeof(uint));
        to.Add(value);
    }

    public static void EndOptions(this BlockBuffer to) => to.Add(0u);

    private static void AddOption(this BlockBuffer to, ushort code, ulong value)
    {
        to.Add(code);
        to.Add((ushort)sizeof(ulong));
        to.Add(value);
    }
}
