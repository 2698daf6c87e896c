using System.Net;
using System.Net.Sockets;

namespace SocketConnector.ProxyProtocol;

/// <summary>Both ends of a connection, in one IP family: where one is IPv4 in IPv6's notation and the other is not, both are IPv6.</summary>
internal readonly record struct IPPair(AddressFamily Family, IPAddress Source, IPAddress Destination, ushort SourcePort, ushort DestinationPort)
{
    /// <returns>None where they are not both IP addresses.</returns>
    public static IPPair? Of(EndPoint? source, EndPoint? destination)
    {
        if (source is not IPEndPoint from || destination is not IPEndPoint to)
        {
            return null;
        }

        (IPAddress one, IPAddress other) = (WithoutZone(from.Address), WithoutZone(to.Address));
        bool areIPv4 = IsIPv4(one) && IsIPv4(other);
        return new IPPair(
            areIPv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6,
            areIPv4 ? one.MapToIPv4() : one.MapToIPv6(),
            areIPv4 ? other.MapToIPv4() : other.MapToIPv6(),
            (ushort)from.Port,
            (ushort)to.Port);
    }

    private static bool IsIPv4(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork || address.IsIPv4MappedToIPv6;

    // A zone means something on this machine alone.
    private static IPAddress WithoutZone(IPAddress address) =>
        address is { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: not 0 } ? new IPAddress(address.GetAddressBytes()) : address;
}
