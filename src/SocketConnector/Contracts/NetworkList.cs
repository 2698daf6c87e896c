using System.Buffers.Binary;
using System.Collections;
using System.Net;
using System.Net.Sockets;

namespace SocketConnector;

/// <summary>
/// Networks, IPv4 in IPv6's notation among them counted as IPv4; no network is of both families. Never changes, and equals another list
/// of equal networks. An address is looked up without an allocation, among ranges that are sorted and do not overlap.
/// </summary>
internal sealed class NetworkList : IReadOnlyList<IPNetwork>, IEquatable<NetworkList>
{
    // Of an IPv4 address in IPv6's notation (RFC 4291, section 2.5.5.2).
    private const int MappedPrefix = 96;

    private readonly IPNetwork[] _networks;
    private readonly List<(UInt128 First, UInt128 Last)> _rangesOfIPv4;
    private readonly List<(UInt128 First, UInt128 Last)> _rangesOfIPv6;

    /// <param name="networks">Copied.</param>
    public NetworkList(IEnumerable<IPNetwork> networks)
    {
        _networks = [.. networks.Select(Plain)];
        _rangesOfIPv4 = Merge(_networks.Where(IsIPv4).Select(RangeOf));
        _rangesOfIPv6 = Merge(_networks.Where(network => !IsIPv4(network)).Select(RangeOf));
    }

    public int Count => _networks.Length;

    public IPNetwork this[int index] => _networks[index];

    /// <summary>Whether it is an IP address of one of them.</summary>
    public bool Contains(CompactEndPoint endPoint) => endPoint.Number is { } number && Contains(number);

    /// <param name="address">As <see cref="CompactEndPoint.Number"/> has it.</param>
    public bool Contains(UInt128 address)
    {
        List<(UInt128 First, UInt128 Last)> ranges = address >> 32 == 0xffff ? _rangesOfIPv4 : _rangesOfIPv6;
        int from = 0, to = ranges.Count;
        while (from < to)
        {
            int middle = (from + to) / 2;
            (from, to) = ranges[middle].First <= address ? (middle + 1, to) : (from, middle);
        }

        return from > 0 && address <= ranges[from - 1].Last;
    }

    public IEnumerator<IPNetwork> GetEnumerator() => ((IEnumerable<IPNetwork>)_networks).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool Equals(NetworkList? other) => other is not null && _networks.AsSpan().SequenceEqual(other._networks);

    public override bool Equals(object? obj) => Equals(obj as NetworkList);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (IPNetwork network in _networks)
        {
            hash.Add(network);
        }

        return hash.ToHashCode();
    }

    public override string ToString() => string.Join(", ", _networks);

    private static IPNetwork Plain(IPNetwork network) => network.BaseAddress.IsIPv4MappedToIPv6 && network.PrefixLength >= MappedPrefix
        ? new IPNetwork(network.BaseAddress.MapToIPv4(), network.PrefixLength - MappedPrefix)
        : network;

    private static bool IsIPv4(IPNetwork network) => network.BaseAddress.AddressFamily == AddressFamily.InterNetwork;

    private static List<(UInt128 First, UInt128 Last)> Merge(IEnumerable<(UInt128 First, UInt128 Last)> ranges)
    {
        var merged = new List<(UInt128 First, UInt128 Last)>();
        foreach ((UInt128 first, UInt128 last) in ranges.Order())
        {
            if (merged is [.., var before] && first <= before.Last)
            {
                merged[^1] = (before.First, UInt128.Max(before.Last, last));
            }
            else
            {
                merged.Add((first, last));
            }
        }

        return merged;
    }

    private static (UInt128 First, UInt128 Last) RangeOf(IPNetwork network)
    {
        UInt128 first = BinaryPrimitives.ReadUInt128BigEndian(network.BaseAddress.MapToIPv6().GetAddressBytes());
        int free = (IsIPv4(network) ? 32 : 128) - network.PrefixLength;
        return (first, first | (free == 128 ? UInt128.MaxValue : (UInt128.One << free) - 1));
    }
}
