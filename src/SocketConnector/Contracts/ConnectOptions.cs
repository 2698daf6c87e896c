using System.Net;
using System.Net.Sockets;

namespace SocketConnector;

/// <summary>Options of a side that connects out.</summary>
public sealed record ConnectOptions : SideOptions
{
    /// <summary>Connects to <paramref name="endPoint"/>.</summary>
    /// <param name="endPoint">
    /// An <see cref="IPEndPoint"/>, a <see cref="DnsEndPoint"/> (resolved at each connect, every address tried in turn), a
    /// <see cref="UnixDomainSocketEndPoint"/> or a <see cref="TransportEndPoint"/>.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">Its port is 0.</exception>
    public ConnectOptions(EndPoint endPoint)
        : this(endPoint, nameof(endPoint))
    {
    }

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
        if (endPoint is IPEndPoint { Port: 0 } or DnsEndPoint { Port: 0 })
        {
            throw new ArgumentOutOfRangeException(parameter, $"{EndPointText.Of(endPoint)} cannot be connected to: the port must be from 1 to 65535.");
        }

        EndPoint = endPoint;
    }

    /// <summary>Where this side connects to.</summary>
    public EndPoint EndPoint { get; }

    /// <summary>
    /// Sends a PROXY header of this version before anything else: the addresses of the peer that the connection is for, and with version 2
    /// the TLVs that came with it. <see langword="null"/>, the default, for none. A connection that is for no peer tells that instead. In
    /// socket-to-server, the connection that is tried at the start is closed again, and each client has one of its own.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such version.</exception>
    public ProxyVersion? SendProxy { get; init => field = value is null ? null : Require.Choice(value.Value, nameof(SendProxy)); }

    /// <summary>TLS with the target, behind our PROXY header if one is sent, before the verifier; <see langword="null"/>, the default, for none.</summary>
    public TlsConnectOptions? Tls { get; init; }
}
