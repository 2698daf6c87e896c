using System.Buffers;
using System.Text;

namespace SocketConnector.ProxyProtocol.Tests;

/// <summary>Headers as bytes, written down here and not by the writer that is tested beside them.</summary>
internal static class Headers
{
    private static readonly byte[] _signature = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A];

    /// <summary>192.0.2.1:56324 to 198.51.100.7:443.</summary>
    public static byte[] IPv4Block { get; } = [192, 0, 2, 1, 198, 51, 100, 7, 0xDC, 0x04, 0x01, 0xBB];

    /// <summary>[2001:db8::1]:56324 to [2001:db8::2]:443.</summary>
    public static byte[] IPv6Block { get; } =
        [0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0xDC, 0x04, 0x01, 0xBB];

    public static byte[] V1(string line) => Encoding.Latin1.GetBytes(line + "\r\n");

    public static byte[] V2(byte command, byte family, params byte[] rest) => V2OfLength(command, family, (ushort)rest.Length, rest);

    /// <summary>With a length that need not be that of what follows.</summary>
    public static byte[] V2OfLength(byte command, byte family, ushort length, params byte[] rest) =>
        [.. _signature, command, family, (byte)(length >> 8), (byte)length, .. rest];

    public static byte[] Tlv(byte type, params byte[] value) => [type, (byte)(value.Length >> 8), (byte)value.Length, .. value];

    public static byte[] UnixBlock(string source, string destination)
    {
        byte[] block = new byte[216];
        Encoding.UTF8.GetBytes(source).CopyTo(block, 0);
        Encoding.UTF8.GetBytes(destination).CopyTo(block, 108);
        return block;
    }

    public static OperationStatus Parse(ReadOnlyMemory<byte> bytes, out ProxyHeader header, out ProxyHeaderError error) =>
        ProxyHeader.Parse(new ReadOnlySequence<byte>(bytes), out header, out error);

    /// <summary>One of each kind, with what they say.</summary>
    public static TheoryData<string, byte[], string?, string?> Valid => new()
    {
        { "v1 TCP4", V1("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443"), "192.0.2.1:56324", "198.51.100.7:443" },
        { "v1 TCP6", V1("PROXY TCP6 2001:db8::1 ::ffff:192.0.2.1 0 65535"), "[2001:db8::1]:0", "[::ffff:192.0.2.1]:65535" },
        { "v1 TCP6, longest", V1("PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535"), "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535" },
        { "v1 UNKNOWN", V1("PROXY UNKNOWN"), null, null },
        { "v1 UNKNOWN, longest", V1("PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535"), null, null },
        { "v2 IPv4", V2(0x21, 0x11, IPv4Block), "192.0.2.1:56324", "198.51.100.7:443" },
        { "v2 IPv6", V2(0x21, 0x21, IPv6Block), "[2001:db8::1]:56324", "[2001:db8::2]:443" },
        { "v2 IPv4, datagrams", V2(0x21, 0x12, IPv4Block), "192.0.2.1:56324", "198.51.100.7:443" },
        { "v2 Unix", V2(0x21, 0x31, UnixBlock("/run/a", "\0abstract")), "/run/a", "@abstract" },
        { "v2 Unix, unnamed", V2(0x21, 0x31, UnixBlock("", "/run/b")), null, "/run/b" },
        { "v2 Unix, longest", V2(0x21, 0x31, UnixBlock(new string('a', 107), "\0" + new string('b', 107))), new string('a', 107), "@" + new string('b', 107) },
        { "v2 Unix, without the zero at the end", V2(0x21, 0x31, UnixBlock(new string('a', 108), "/run/b")), null, "/run/b" },
        { "v2 Unix, not UTF-8", V2(0x21, 0x31, [0xFF, .. UnixBlock("", "/run/b")[1..]]), null, "/run/b" },
        { "v2 unspecified", V2(0x21, 0x00), null, null },
        { "v2 unspecified, with TLVs", V2(0x21, 0x00, Tlv(0x05, 1, 2, 3)), null, null },
        { "v2 unspecified, with bytes that are no TLVs", V2(0x21, 0x00, IPv4Block), null, null },
        { "v2 IPv4, of an unspecified transport", V2(0x21, 0x10, IPv4Block), null, null },
        { "v2 LOCAL", V2(0x20, 0x00), null, null },
        { "v2 LOCAL, with something to skip", V2(0x20, 0xFF, 1, 2, 3, 4, 5), null, null },
        { "v2 IPv4, with TLVs", V2(0x21, 0x11, [.. IPv4Block, .. Tlv(0x01, (byte)'h', (byte)'2'), .. Tlv(0x04), .. Tlv(0xE5, 1)]), "192.0.2.1:56324", "198.51.100.7:443" },
    };
}
