using System.Net;
using System.Net.Sockets;

namespace SocketConnector;

/// <summary>Options of a side that connects out.</summary>
public sealed record ConnectOptions : SideOptions
{
    private readonly EndPointList _endPoints;

    /// <summary>Connects to <paramref name="endPoint"/>.</summary>
    /// <param name="endPoint">
    /// An <see cref="IPEndPoint"/>, a <see cref="DnsEndPoint"/> (what it resolves to is believed for 5 s; its addresses are tried 250 ms apart,
    /// as RFC 8305 says), a <see cref="UnixDomainSocketEndPoint"/> or a <see cref="TransportEndPoint"/>.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">Its port is 0.</exception>
    public ConnectOptions(EndPoint endPoint)
        : this(endPoint, nameof(endPoint))
    {
    }

    /// <summary>Connects to one of several end points, in the <see cref="Order"/> asked for: <c>new ConnectOptions([first, second])</c>.</summary>
    /// <param name="endPoints">As for <see cref="EndPoints"/>, each of a kind that one alone may be.</param>
    /// <exception cref="ArgumentException">As for <see cref="EndPoints"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A port is 0.</exception>
    public ConnectOptions(IReadOnlyList<EndPoint> endPoints) => _endPoints = Several(endPoints, nameof(endPoints));

    /// <summary>Connects to <paramref name="address"/> and <paramref name="port"/>.</summary>
    /// <param name="address">The target's address.</param>
    /// <param name="port">From 1 to 65 535.</param>
    /// <exception cref="ArgumentOutOfRangeException">Any other port.</exception>
    public ConnectOptions(IPAddress address, int port)
        : this(new IPEndPoint(address, port), nameof(port))
    {
    }

    /// <summary>Connects to <paramref name="host"/>, a name or an address, and <paramref name="port"/>.</summary>
    /// <param name="host">A host name, or an address as text.</param>
    /// <param name="port">From 1 to 65 535.</param>
    /// <exception cref="ArgumentOutOfRangeException">Any other port.</exception>
    public ConnectOptions(string host, int port)
        : this(IPAddress.TryParse(host, out IPAddress? address) ? new IPEndPoint(address, port) : new DnsEndPoint(host, port), nameof(port))
    {
    }

    /// <summary>Connects to <paramref name="port"/> on the IPv4 loopback.</summary>
    /// <param name="port">From 1 to 65 535.</param>
    /// <exception cref="ArgumentOutOfRangeException">Any other port.</exception>
    public ConnectOptions(int port)
        : this(IPAddress.Loopback, port)
    {
    }

    private ConnectOptions(EndPoint endPoint, string parameter)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        _endPoints = EndPointList.OfTargets([WithPort(endPoint, parameter)], parameter);
    }

    /// <summary>Where this side connects to; the first where it has several <see cref="EndPoints"/>.</summary>
    public EndPoint EndPoint => _endPoints[0];

    /// <summary>
    /// What this side connects to, at least one end point; copied. Each connection goes to one of them. One that fails is skipped for 1 s,
    /// doubling to 30 s with each further failure, and then tried by one connection; when all fail, all are tried. What does not answer
    /// within 250 ms costs no more: the next one is tried beside it, and the first that connects is used.
    /// </summary>
    /// <exception cref="ArgumentException">Empty or with a <see langword="null"/>, or two are the same address.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A port is 0.</exception>
    public IReadOnlyList<EndPoint> EndPoints { get => _endPoints; init => _endPoints = Several(value, nameof(EndPoints)); }

    /// <summary>Which of several <see cref="EndPoints"/> comes first: each in its turn by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such order.</exception>
    public TargetOrder Order { get; init => field = Require.Choice(value, nameof(Order)); }

    /// <summary>How a connect that failed is tried again; <see langword="null"/>, the default, for not at all.</summary>
    public RetryOptions? Retry { get; init; }

    /// <summary>
    /// The address of this machine to connect from, IPv4 or IPv6; <see langword="null"/>, the default, lets the system choose. Targets of the other
    /// family are skipped; a connect from an address that does not belong to this machine fails. Ignored where a target is not of IP.
    /// </summary>
    /// <exception cref="ArgumentException">A multicast or the broadcast address.</exception>
    public IPAddress? Bind { get; init => field = Source(value, nameof(Bind)); }

    /// <summary>
    /// Sends a PROXY header of this version before anything else: the addresses of the peer that the connection is for, and with version 2
    /// the TLVs that came with it. <see langword="null"/>, the default, for none. A connection that is for no peer tells that instead. In
    /// socket-to-server, the connection that is tried at the start is closed again, and each client has one of its own.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such version.</exception>
    public ProxyVersion? SendProxy { get; init => field = value is null ? null : Require.Choice(value.Value, nameof(SendProxy)); }

    /// <summary>TLS with the target, behind our PROXY header if one is sent, before the verifier; <see langword="null"/>, the default, for none.</summary>
    public TlsConnectOptions? Tls { get; init; }

    /// <summary>As messages name what it connects to: one, or some of many.</summary>
    internal string TargetText => _endPoints.Count switch
    {
        1 => EndPointText.Of(EndPoint),
        2 => $"{EndPointText.Of(EndPoint)} or {EndPointText.Of(_endPoints[1])}",
        _ => $"{EndPointText.Of(EndPoint)} or {_endPoints.Count - 1} others",
    };

    private static EndPointList Several(IReadOnlyList<EndPoint> endPoints, string option)
    {
        var all = EndPointList.OfTargets(endPoints, option);
        foreach (EndPoint endPoint in all)
        {
            WithPort(endPoint, option);
        }

        return all;
    }

    private static EndPoint WithPort(EndPoint endPoint, string option) => endPoint is IPEndPoint { Port: 0 } or DnsEndPoint { Port: 0 }
        ? throw new ArgumentOutOfRangeException(option, $"{EndPointText.Of(endPoint)} cannot be connected to: the port must be from 1 to 65535.")
        : endPoint;

    private static IPAddress? Source(IPAddress? address, string option)
    {
        IPAddress? plain = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
        bool isOfMany = plain is not null && (plain.IsIPv6Multicast || plain.Equals(IPAddress.Broadcast) || (plain.GetAddressBytes() is [>= 224 and < 240, _, _, _]));
        return isOfMany ? throw new ArgumentException($"{option} must be an address of this machine, and {address} is one of many.", option) : plain;
    }
}
