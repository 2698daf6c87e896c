using System.Net;
using System.Net.Sockets;

namespace SocketConnector.Transports;

/// <summary>The order in which the addresses of a name are tried (RFC 8305, section 4). Pure.</summary>
internal static class AddressOrder
{
    /// <summary>The address that connected last time first; then one of the other family and so on in turn, each family as the resolver orders it.</summary>
    /// <param name="addresses">As the resolver orders them (RFC 6724): usually IPv6 first.</param>
    /// <param name="winner">What connected last time, if it is still among them.</param>
    /// <param name="only">Leaves out the other family, where the source address is of this one.</param>
    public static IReadOnlyList<IPAddress> Of(IEnumerable<IPAddress> addresses, IPAddress? winner, AddressFamily? only)
    {
        IPAddress[] usable = [.. addresses.Distinct().Where(address => only is null || FamilyOf(address) == only)];
        if (Array.IndexOf(usable, winner) is > 0 and int index)
        {
            usable.AsSpan(0, index).CopyTo(usable.AsSpan(1));
            usable[0] = winner!;
        }

        if (usable.Length == 0)
        {
            return usable;
        }

        AddressFamily first = FamilyOf(usable[0]);
        IPAddress[] ones = Array.FindAll(usable, address => FamilyOf(address) == first);
        IPAddress[] others = Array.FindAll(usable, address => FamilyOf(address) != first);
        var ordered = new List<IPAddress>(usable.Length);
        for (int i = 0; ordered.Count < usable.Length; i++)
        {
            ordered.AddRange(ones.Skip(i).Take(1));
            ordered.AddRange(others.Skip(i).Take(1));
        }

        return ordered;
    }

    /// <summary>IPv4 in IPv6's notation is IPv4.</summary>
    public static AddressFamily FamilyOf(IPAddress address) => address.IsIPv4MappedToIPv6 ? AddressFamily.InterNetwork : address.AddressFamily;
}
