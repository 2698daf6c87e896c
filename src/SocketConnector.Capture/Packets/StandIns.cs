using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SocketConnector.Capture.Packets;

/// <summary>
/// Addresses for ends that have none, such as Unix sockets: one of 198.18.0.0/15 for each name, which RFC 2544 sets aside and no
/// network routes. The file tells their names.
/// </summary>
/// <param name="named">Called for each new one, by one thread at a time.</param>
internal sealed class StandIns(Action<IPAddress, string> named)
{
    /// <summary>Peers choose names: beyond these, all others share the first address of the range.</summary>
    internal const int MaxNames = 65_536;

    private const int MaxNameLength = 200;
    private const uint FirstAddress = 198u << 24 | 18 << 16;
    private const string Others = "other";
    private const string Relay = "relay";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, IPAddress> _addresses = [];

    /// <summary>The end on which a peer is.</summary>
    public PacketEnd Of(Peer peer) => RemoteOf(peer, peer.RemoteEndPoint);

    /// <summary>Both ends of a peer's own socket, of which the local one is the relay's.</summary>
    public (PacketEnd Remote, PacketEnd Local) OfWire(Peer peer) => (
        RemoteOf(peer, peer.SocketRemoteEndPoint),
        peer.SocketLocalEndPoint is IPEndPoint ip ? Plain(ip) : new PacketEnd(AddressOf(Relay), PortOf(peer)));

    private PacketEnd RemoteOf(Peer peer, EndPoint? remote) => remote is IPEndPoint ip ? Plain(ip) : new PacketEnd(AddressOf(NameOf(peer, remote)), PortOf(peer));

    private static PacketEnd Plain(IPEndPoint ip) => new(ip.Address.IsIPv4MappedToIPv6 ? ip.Address.MapToIPv4() : ip.Address, (ushort)ip.Port);

    /// <summary>Two peers of one name have two ports.</summary>
    private static ushort PortOf(Peer peer) => (ushort)(1 + (peer.Id % ushort.MaxValue));

    private static string NameOf(Peer peer, EndPoint? endPoint) => endPoint switch
    {
        UnixDomainSocketEndPoint unix when unix.ToString() is { Length: > 0 } path => Plain($"unix:{path}"),
        null or UnixDomainSocketEndPoint when peer.UserId is { } user => string.Create(CultureInfo.InvariantCulture, $"unix:uid-{user}"),
        null or UnixDomainSocketEndPoint => "stream",
        _ => Plain(endPoint.ToString() ?? "stream"),
    };

    private static string Plain(string name)
    {
        var plain = new StringBuilder(name.Length);
        foreach (Rune rune in name.EnumerateRunes().Take(MaxNameLength))
        {
            bool isShown = !Rune.IsWhiteSpace(rune) && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate);
            plain.Append(isShown ? rune.ToString() : "_");
        }

        return plain.ToString();
    }

    private IPAddress AddressOf(string name)
    {
        lock (_gate)
        {
            if (_addresses.TryGetValue(name, out IPAddress? known))
            {
                return known;
            }

            bool isOther = _addresses.Count >= MaxNames;
            string told = isOther ? Others : name;
            if (isOther && _addresses.TryGetValue(Others, out known))
            {
                return known;
            }

            uint number = FirstAddress + (isOther ? 0 : (uint)_addresses.Count + 1);
            var address = new IPAddress([(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number]);
            _addresses.Add(told, address);
            named(address, told);

            // As it is written where the other end has an IPv6 address.
            named(address.MapToIPv6(), told);
            return address;
        }
    }
}
