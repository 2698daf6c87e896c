using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;

namespace SocketConnector.ProxyProtocol;

/// <summary>An IP address as a number: of IPv4 the lower four bytes.</summary>
internal static class AddressBytes
{
    public const int IPv4Length = 4;
    public const int IPv6Length = 16;

    public static UInt128 Read(ReadOnlySpan<byte> bytes) =>
        bytes.Length == IPv4Length ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt128BigEndian(bytes);

    /// <summary>Writes as many bytes as the room has, which are those of one family or the other.</summary>
    public static void Write(IPAddress address, Span<byte> room)
    {
        bool fits = address.TryWriteBytes(room, out int written);
        Debug.Assert(fits && written == room.Length, "The family was compared before.");
    }

    public static IPAddress ToAddress(UInt128 address, ProxyFamily family)
    {
        Span<byte> bytes = stackalloc byte[IPv6Length];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, address);
        return new IPAddress(family == ProxyFamily.IPv4 ? bytes[^IPv4Length..] : bytes);
    }
}
