using System.Buffers.Binary;
using System.Net;

namespace SocketConnector.Rendezvous.Sessions;

/// <summary>What counts as one address: an IPv4 address in either notation, and an IPv6 network of 64 bits, in which one host may have any address.</summary>
internal static class AddressKey
{
    /// <returns>0 for none, for which no limit of an address holds.</returns>
    public static UInt128 Of(IPAddress? address)
    {
        if (address is null)
        {
            return 0;
        }

        Span<byte> bytes = stackalloc byte[16];
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        UInt128 number = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return number >> 32 == 0xffff ? number : number & (UInt128.MaxValue << 64);
    }
}
