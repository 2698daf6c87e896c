using System.Net;
using System.Net.Sockets;
using SocketConnector.Loops;

namespace SocketConnector.Admission;

/// <summary>
/// Keeps a connector from connecting to itself: each such connection is a client that needs another one dialled, until the
/// descriptors are used up.
/// </summary>
internal sealed class SelfConnection
{
    private IPEndPoint[] _listening = [];
    private Side _side;

    private string Why => $"side {_side} of this connector listens there itself";

    /// <summary>Whether a connect to the target is certain to arrive at this program's own listener.</summary>
    public static bool IsCertain(EndPoint listening, EndPoint target) => (listening, target) switch
    {
        (UnixDomainSocketEndPoint own, UnixDomainSocketEndPoint far) => own.ToString() == far.ToString(),
        (DnsEndPoint own, DnsEndPoint far) => own.Port == far.Port && string.Equals(own.Host, far.Host, StringComparison.OrdinalIgnoreCase),
        (IPEndPoint own, DnsEndPoint { Host: "localhost" } far) => own.Port == far.Port && (IsAny(own.Address) || IPAddress.IsLoopback(own.Address)),
        (IPEndPoint own, IPEndPoint far) => own.Port == far.Port && Reaches(own.Address, far.Address, from: null),
        _ => false,
    };

    /// <summary>Refuses sides of which one is certain to connect to where the other listens.</summary>
    /// <exception cref="ArgumentException">They are such sides.</exception>
    public static void ThrowIfCertain(SideOptions sideA, SideOptions sideB)
    {
        if (LoopTarget(sideA, sideB) is { } targetB)
        {
            throw new ArgumentException(Describe(targetB, listening: Side.A), nameof(sideB));
        }

        if (LoopTarget(sideB, sideA) is { } targetA)
        {
            throw new ArgumentException(Describe(targetA, listening: Side.B), nameof(sideA));
        }
    }

    /// <summary>The connector listens on these, and connects out on the other side.</summary>
    public void Listens(Side side, IReadOnlyList<EndPoint> endPoints) => (_side, _listening) = (side, [.. endPoints.OfType<IPEndPoint>()]);

    /// <summary>
    /// Why an address is not connected to: it leads back here. It has to be known before, since a connection that was made can be accepted,
    /// and dial again, before its other end is looked at.
    /// </summary>
    /// <param name="target">The address.</param>
    /// <param name="isPromised">Whether a descriptor was promised, which may be used to find out.</param>
    /// <exception cref="SocketException">There is no descriptor to find out with (<see cref="SocketError.TooManyOpenSockets"/>).</exception>
    public string? WhyNot(IPEndPoint target, bool isPromised = false)
    {
        bool isOnAny = false;
        foreach (IPEndPoint own in _listening)
        {
            if (own.Port == target.Port)
            {
                if (Reaches(own.Address, target.Address, from: null))
                {
                    return Why;
                }

                isOnAny |= IsAny(own.Address);
            }
        }

        // A listener on one address is reached by no other.
        return isOnAny && SourceTo(target, isPromised) is { } source && LeadsBack(target, source) ? Why : null;
    }

    /// <summary>Why a stream that was dialled, or that a user has, is not used: it leads back here.</summary>
    public Refusal? OfDialled(Peer peer)
    {
        if (peer.SocketRemote.Port is not int port)
        {
            return null;
        }

        if (port == peer.SocketLocal.Port && peer.SocketRemote.Host == peer.SocketLocal.Host)
        {
            // Both ends opened at once, on a free port of the range that the system dials from (RFC 9293, section 3.5).
            return Refuse(peer, "nothing listens there, and the connection was made to itself");
        }

        return HasPort(port) && peer is { SocketRemoteEndPoint: IPEndPoint remote, SocketLocalEndPoint: IPEndPoint local } && LeadsBack(remote, local.Address)
            ? Refuse(peer, Why)
            : null;
    }

    private static EndPoint? LoopTarget(SideOptions listening, SideOptions connecting) =>
        (listening, connecting) is (ListenOptions own, ConnectOptions far) ? far.EndPoints.FirstOrDefault(target => own.EndPoints.Any(at => IsCertain(at, target))) : null;

    private static string Describe(EndPoint target, Side listening) =>
        $"Cannot connect to {EndPointText.Of(target)}: side {listening} listens there itself, and each connection would make the next";

    private bool HasPort(int port)
    {
        // A loop, since it is asked for each dial and makes no garbage.
        foreach (IPEndPoint own in _listening)
        {
            if (own.Port == port)
            {
                return true;
            }
        }

        return false;
    }

    private bool LeadsBack(IPEndPoint remote, IPAddress from) => Array.Exists(_listening, own => own.Port == remote.Port && Reaches(own.Address, remote.Address, from));

    /// <summary>
    /// The address that the system connects from, which is the target's where that is this machine's. Connecting a datagram socket sends nothing.
    /// </summary>
    /// <returns>Null where the system has no route; a connect fails likewise.</returns>
    /// <exception cref="SocketException">There is no descriptor for it (<see cref="SocketError.TooManyOpenSockets"/>).</exception>
    private static IPAddress? SourceTo(IPEndPoint target, bool isPromised)
    {
        DescriptorReserve.Demand(isPromised);
        DescriptorReserve.Take(isPromised: isPromised);
        try
        {
            IPAddress address = Plain(target.Address);
            using var probe = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            probe.Connect(new IPEndPoint(address, target.Port));
            return ((IPEndPoint)probe.LocalEndPoint!).Address;
        }
        catch (SocketException error) when (error.SocketErrorCode != SocketError.TooManyOpenSockets)
        {
            return null;
        }
        finally
        {
            DescriptorReserve.GiveBack(isPromised: isPromised);
        }
    }

    private static Refusal Refuse(Peer peer, string why) =>
        new(CloseReason.ConnectFailed, peer.Side, new SocketException((int)SocketError.ConnectionRefused, $"Cannot connect to {peer.SocketRemote}: {why}"));

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

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
