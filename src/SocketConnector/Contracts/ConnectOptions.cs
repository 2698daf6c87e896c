using System.Net;
using System.Net.Sockets;

namespace SocketConnector;

/// <summary>A side that connects out.</summary>
public sealed record ConnectOptions : SideOptions
{
    /// <summary>Connects to <paramref name="endPoint"/>.</summary>
    /// <param name="endPoint">
    /// An <see cref="IPEndPoint"/>, a <see cref="DnsEndPoint"/> (resolved at each connect, every address tried in turn) or a
    /// <see cref="UnixDomainSocketEndPoint"/>.
    /// </param>
    public ConnectOptions(EndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        EndPoint = endPoint;
    }

    /// <summary>Connects to <paramref name="address"/> and <paramref name="port"/>.</summary>
    /// <param name="address">The target's address.</param>
    /// <param name="port">From 1 to 65 535.</param>
    public ConnectOptions(IPAddress address, int port)
        : this(new IPEndPoint(address, port))
    {
    }

    /// <summary>Connects to <paramref name="host"/>, a name or an address, and <paramref name="port"/>.</summary>
    /// <param name="host">A host name, or an address as text.</param>
    /// <param name="port">From 1 to 65 535.</param>
    public ConnectOptions(string host, int port)
        : this(IPAddress.TryParse(host, out IPAddress? address) ? new IPEndPoint(address, port) : new DnsEndPoint(host, port))
    {
    }

    /// <summary>Connects to <paramref name="port"/> on the IPv4 loopback.</summary>
    /// <param name="port">From 1 to 65 535.</param>
    public ConnectOptions(int port)
        : this(IPAddress.Loopback, port)
    {
    }

    /// <summary>Where this side connects to.</summary>
    public EndPoint EndPoint { get; }
}
