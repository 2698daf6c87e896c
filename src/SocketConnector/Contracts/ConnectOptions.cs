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
}
