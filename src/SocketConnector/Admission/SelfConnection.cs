using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace SocketConnector.Admission;

/// <summary>
/// Keeps a connector from connecting to itself: each such connection is a client that needs another one dialled, until the
/// descriptors are used up.
/// </summary>
internal sealed class SelfConnection(TimeProvider time)
{
    // A name may lead elsewhere later. Until then each client accepted is likely to be a dial of our own that arrived before it was known.
    private static readonly TimeSpan _believed = TimeSpan.FromSeconds(1);


    // Far more than can be on their way through one backlog.
    private const int MostKept = 1024;

    private readonly ConcurrentDictionary<(CompactEndPoint Host, int Port), bool> _dialled = [];
    private IPEndPoint? _listening;
    private Loop? _last;

    /// <summary>Whether whoever connects to the target is certain to arrive where the same program listens.</summary>
    public static bool IsCertain(EndPoint listening, EndPoint target) => (listening, target) switch
    {
        (UnixDomainSocketEndPoint own, UnixDomainSocketEndPoint far) => own.ToString() == far.ToString(),
        (DnsEndPoint own, DnsEndPoint far) => own.Port == far.Port && string.Equals(own.Host, far.Host, StringComparison.OrdinalIgnoreCase),
        (IPEndPoint own, DnsEndPoint { Host: "localhost" } far) => own.Port == far.Port && (IsAny(own.Address) || IPAddress.IsLoopback(own.Address)),
        (IPEndPoint own, IPEndPoint far) => own.Port == far.Port && Reaches(own.Address, far.Address, from: null),
        _ => false,
    };

    public static string Describe(EndPoint target, Side listening) =>
        $"Cannot connect to {EndPointText.Of(target)}: side {listening} listens there itself, and each connection would make the next";

    /// <summary>The connector listens there, and connects out on the other side.</summary>
    public void Listens(EndPoint endPoint) => _listening = endPoint as IPEndPoint;

    /// <summary>Why a socket that was dialled is not used: it leads back here.</summary>
    public Refusal? OfDialled(Peer peer)
    {
        if (peer.Remote.Port is not int port)
        {
            return null;
        }

        if (port == peer.Local.Port && peer.Remote.Host == peer.Local.Host)
        {
            // Both ends opened at once, on a free port of the range that the system dials from (RFC 9293, section 3.5).
            return Refuse(peer, "nobody listens there, and the connection was made to itself");
        }

        if (port == _listening?.Port && peer is { RemoteEndPoint: IPEndPoint remote, LocalEndPoint: IPEndPoint local } && Reaches(_listening.Address, remote.Address, local.Address))
        {
            if (_dialled.Count >= MostKept)
            {
                _dialled.Clear();
            }

            _dialled.TryAdd((peer.Local.Host, local.Port), true);
            Refusal refusal = Refuse(peer, $"side {peer.Side.Other()} of this connector listens there itself");
            Volatile.Write(ref _last, new Loop(time.GetTimestamp(), refusal));
            return refusal;
        }

        return null;
    }

    /// <summary>Why nothing is dialled now: the last dial led back here a moment ago, and the next would accept itself again.</summary>
    public Refusal? OfDial() => Volatile.Read(ref _last) is { } last && time.GetElapsedTime(last.Seen) < _believed ? last.Refusal : null;

    /// <summary>Why a socket that was accepted is not used: it was dialled from here.</summary>
    public Refusal? OfAccepted(Peer peer) =>
        !_dialled.IsEmpty && peer.Remote.Port is int port && _dialled.TryRemove((peer.Remote.Host, port), out _)
            ? new Refusal(CloseReason.Aborted, null, new InvalidOperationException("this connector has dialled it itself"))
            : null;

    private static Refusal Refuse(Peer peer, string why) =>
        new(CloseReason.ConnectFailed, peer.Side, new SocketException((int)SocketError.ConnectionRefused, $"Cannot connect to {peer.Remote}: {why}"));

    /// <param name="own">Where the connector listens.</param>
    /// <param name="far">Where it connects to.</param>
    /// <param name="from">The address that it connects from, once it is known: the same as the target's where that is this machine.</param>
    private static bool Reaches(IPAddress own, IPAddress far, IPAddress? from)
    {
        (own, far, from) = (Plain(own), Plain(far), from is null ? null : Plain(from));

        // Connecting to "any" is connecting to the loopback (ip(7)).
        bool isLoopback = IPAddress.IsLoopback(far) || IsAny(far);
        bool isSpoken = own.Equals(IPAddress.IPv6Any) || own.AddressFamily == far.AddressFamily;
        return IsAny(own) ? isSpoken && (isLoopback || far.Equals(from)) : own.Equals(far) || (IsAny(far) && isSpoken && IPAddress.IsLoopback(own));
    }

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private sealed record Loop(long Seen, Refusal Refusal);

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
