using System.Buffers;
using System.Numerics;

namespace SocketConnector.ProxyProtocol;

/// <summary>CRC-32C (RFC 3720, appendix B.4) of a header, with zeros in place of the checksum itself.</summary>
internal static class Checksum
{
    public const int Length = sizeof(uint);

    /// <param name="header">A whole header whose checksum is still zero.</param>
    public static uint Of(ReadOnlySpan<byte> header) => ~Add(~0u, header);

    /// <param name="header">A whole header.</param>
    /// <param name="at">Where its checksum is.</param>
    public static uint Of(in ReadOnlySequence<byte> header, int at)
    {
        uint crc = Add(~0u, header.Slice(0, at));
        crc = BitOperations.Crc32C(crc, 0u);
        return ~Add(crc, header.Slice(at + Length));
    }

    private static uint Add(uint crc, in ReadOnlySequence<byte> bytes)
    {
        foreach (ReadOnlyMemory<byte> segment in bytes)
        {
            crc = Add(crc, segment.Span);
        }

        return crc;
    }

    private static uint Add(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (byte one in bytes)
        {
            crc = BitOperations.Crc32C(crc, one);
        }

        return crc;
    }
}
