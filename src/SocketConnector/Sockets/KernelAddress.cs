using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using SocketConnector.Loops;

namespace SocketConnector.Sockets;

/// <summary>struct sockaddr of Linux: ip(7), ipv6(7), unix(7). Family and scope are in the host's byte order, port and address in the network's.</summary>
internal static unsafe class KernelAddress
{
    /// <summary>struct sockaddr_storage.</summary>
    public const int MaxBytes = 128;

    private const ushort Unix = 1;
    private const ushort IPv4 = 2;
    private const ushort IPv6 = 10;

    /// <summary>The peer's end; the default where the system no longer knows it.</summary>
    public static CompactEndPoint OfPeer(int descriptor)
    {
        byte* address = stackalloc byte[MaxBytes];
        uint length = MaxBytes;
        return Kernel.GetPeerName(descriptor, address, &length) == 0 ? Read(new ReadOnlySpan<byte>(address, (int)length)) : default;
    }

    /// <summary>The socket's own end.</summary>
    public static CompactEndPoint OfOwn(int descriptor)
    {
        byte* address = stackalloc byte[MaxBytes];
        uint length = MaxBytes;
        return Kernel.GetName(descriptor, address, &length) == 0 ? Read(new ReadOnlySpan<byte>(address, (int)length)) : default;
    }

    /// <returns>How many bytes were written.</returns>
    public static int Write(UnixDomainSocketEndPoint endPoint, Span<byte> address)
    {
        SocketAddress written = endPoint.Serialize();
        written.Buffer.Span[..written.Size].CopyTo(address);
        return written.Size;
    }

    /// <returns>How many bytes were written.</returns>
    public static int Write(IPEndPoint endPoint, Span<byte> address)
    {
        address.Clear();
        bool isIPv6 = endPoint.AddressFamily == AddressFamily.InterNetworkV6;
        MemoryMarshal.Write(address, isIPv6 ? IPv6 : IPv4);
        BinaryPrimitives.WriteUInt16BigEndian(address[2..], (ushort)endPoint.Port);
        endPoint.Address.TryWriteBytes(address[(isIPv6 ? 8 : 4)..], out _);
        if (isIPv6)
        {
            MemoryMarshal.Write(address[24..], (uint)endPoint.Address.ScopeId);
        }

        return isIPv6 ? 28 : 16;
    }

    public static CompactEndPoint Read(ReadOnlySpan<byte> address) => MemoryMarshal.Read<ushort>(address) switch
    {
        IPv4 => new CompactEndPoint(address[4..8], 0, BinaryPrimitives.ReadUInt16BigEndian(address[2..])),
        IPv6 => new CompactEndPoint(address[8..24], MemoryMarshal.Read<uint>(address[24..]), BinaryPrimitives.ReadUInt16BigEndian(address[2..])),
        Unix => CompactEndPoint.Of(ReadUnix(address)),
        _ => default,
    };

    private static EndPoint ReadUnix(ReadOnlySpan<byte> address)
    {
        // Only the runtime can make one without a path, which is what a client has that bound none.
        var copy = new SocketAddress(AddressFamily.Unix, address.Length);
        address.CopyTo(copy.Buffer.Span);
        return new UnixDomainSocketEndPoint("any").Create(copy);
    }
}
