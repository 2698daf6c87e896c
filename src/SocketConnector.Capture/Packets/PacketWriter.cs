using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace SocketConnector.Capture.Packets;

/// <summary>Writes a segment as an IP packet (RFC 791, RFC 8200, RFC 9293), with right checksums.</summary>
internal static class PacketWriter
{
    private const int IPv4Header = 20;
    private const int IPv6Header = 40;
    private const int TcpHeader = 20;
    private const int SynOptions = 8;
    private const byte Tcp = 6;
    private const byte Hops = 64;
    private const ushort DoNotFragment = 0x4000;
    private const ushort Window = ushort.MaxValue;

    /// <summary>A window of a gigabyte: the real one is not known, and none that is written may look full.</summary>
    private const byte WindowScale = 14;

    /// <summary>Well below what the 16 bits of an IP length can tell.</summary>
    public const int MaxSegment = 32 * 1024;

    public static int HeaderLength(in Segment segment) =>
        (segment.From.IsIPv6 ? IPv6Header : IPv4Header) + TcpHeader + (IsSyn(segment) ? SynOptions : 0);

    /// <summary>Writes the headers of <paramref name="segment"/>, which carries <paramref name="bytes"/>.</summary>
    /// <param name="segment">What is sent.</param>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="header">Room for <see cref="HeaderLength"/>.</param>
    public static void Write(in Segment segment, ReadOnlySpan<byte> bytes, Span<byte> header)
    {
        int ip = segment.From.IsIPv6 ? IPv6Header : IPv4Header;
        Span<byte> tcp = header[ip..];
        int length = tcp.Length + bytes.Length;
        Span<byte> addresses = ip == IPv6Header ? WriteIPv6(segment, length, header) : WriteIPv4(segment, length, header);
        WriteTcp(segment, tcp);
        ulong sum = Sum(addresses) + Tcp + (uint)length + Sum(tcp) + Sum(bytes);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[16..], Fold(sum));
    }

    private static bool IsSyn(in Segment segment) => (segment.Flags & TcpFlags.Syn) != TcpFlags.None;

    private static Span<byte> WriteIPv4(in Segment segment, int length, Span<byte> header)
    {
        Span<byte> ip = header[..IPv4Header];
        ip.Clear();
        ip[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(IPv4Header + length));
        BinaryPrimitives.WriteUInt16BigEndian(ip[6..], DoNotFragment);
        ip[8] = Hops;
        ip[9] = Tcp;
        segment.From.Address.TryWriteBytes(ip[12..], out _);
        segment.To.Address.TryWriteBytes(ip[16..], out _);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], Fold(Sum(ip)));
        return ip[12..];
    }

    private static Span<byte> WriteIPv6(in Segment segment, int length, Span<byte> header)
    {
        Span<byte> ip = header[..IPv6Header];
        ip.Clear();
        ip[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(ip[4..], (ushort)length);
        ip[6] = Tcp;
        ip[7] = Hops;
        segment.From.Address.TryWriteBytes(ip[8..], out _);
        segment.To.Address.TryWriteBytes(ip[24..], out _);
        return ip[8..];
    }

    private static void WriteTcp(in Segment segment, Span<byte> tcp)
    {
        tcp.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(tcp, segment.From.Port);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], segment.To.Port);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], segment.Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[8..], segment.Acknowledged);
        tcp[12] = (byte)(tcp.Length / sizeof(uint) << 4);
        tcp[13] = (byte)segment.Flags;
        BinaryPrimitives.WriteUInt16BigEndian(tcp[14..], Window);
        if (IsSyn(segment))
        {
            // The largest segment (2), and the scale of the window (3) behind a filler (1).
            ReadOnlySpan<byte> options = [2, 4, MaxSegment >> 8, MaxSegment & 0xFF, 1, 3, 3, WindowScale];
            options.CopyTo(tcp[TcpHeader..]);
        }
    }

    /// <summary>The sum of 16-bit words, of which the last may be half a one (RFC 1071); by 32 bits at a time, which makes no difference.</summary>
    private static ulong Sum(ReadOnlySpan<byte> bytes)
    {
        ulong sum = 0;
        ReadOnlySpan<uint> words = MemoryMarshal.Cast<byte, uint>(bytes);
        foreach (uint word in words)
        {
            sum += BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(word) : word;
        }

        ReadOnlySpan<byte> rest = bytes[(words.Length * sizeof(uint))..];
        for (int i = 0; i < rest.Length; i++)
        {
            sum += (ulong)rest[i] << (i % 2 == 0 ? 8 : 0);
        }

        return sum;
    }

    private static ushort Fold(ulong sum)
    {
        while (sum > ushort.MaxValue)
        {
            sum = (sum >> 16) + (sum & ushort.MaxValue);
        }

        return (ushort)~sum;
    }
}
