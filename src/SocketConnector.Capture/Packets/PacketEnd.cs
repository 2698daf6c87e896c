using System.Net;
using System.Net.Sockets;

namespace SocketConnector.Capture.Packets;

/// <summary>One end of a conversation: the address and the port that its packets carry.</summary>
internal readonly record struct PacketEnd(IPAddress Address, ushort Port)
{
    public bool IsIPv6 => Address.AddressFamily == AddressFamily.InterNetworkV6;

    /// <summary>The same in IPv6: an IPv4 address is mapped (RFC 4291, section 2.5.5.2).</summary>
    public PacketEnd ToIPv6() => this with { Address = Address.MapToIPv6() };
}
