using System.Net;
using System.Net.Sockets;

namespace SocketConnector;

/// <summary>A side that waits to be connected to.</summary>
public sealed record ListenOptions : SideOptions
{
    /// <summary>Listens on <paramref name="endPoint"/>.</summary>
    /// <param name="endPoint">
    /// An <see cref="IPEndPoint"/> (port 0 lets the system choose; <c>[::]</c> takes IPv6 and IPv4), a <see cref="DnsEndPoint"/>
    /// (its first address) or a <see cref="UnixDomainSocketEndPoint"/> (the file is removed when the side stops listening).
    /// </param>
    public ListenOptions(EndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        EndPoint = endPoint;
    }

    /// <summary>Listens on <paramref name="address"/> and <paramref name="port"/>; port 0 lets the system choose.</summary>
    /// <param name="address">A local address.</param>
    /// <param name="port">From 0 to 65 535.</param>
    public ListenOptions(IPAddress address, int port)
        : this(new IPEndPoint(address, port))
    {
    }

    /// <summary>Listens on any IPv4 address; port 0 lets the system choose.</summary>
    /// <param name="port">From 0 to 65 535.</param>
    public ListenOptions(int port)
        : this(IPAddress.Any, port)
    {
    }

    /// <summary>Where this side listens.</summary>
    public EndPoint EndPoint { get; }

    /// <summary>How many connections the system may hold that were not accepted yet (listen(2)); 512 by default, at most what the system allows.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1 or over 65 535.</exception>
    public int Backlog { get; init => field = Require.InRange(value, 1, 65_535, nameof(Backlog)); } = 512;

    /// <summary>
    /// How many peers to join before the side stops listening; no limit (<see langword="null"/>) by default. A peer that waits holds
    /// a place, and gives it back if it ends without having been joined: it failed authentication, left, or its dial failed. While
    /// every place is held, further clients wait in the backlog.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1.</exception>
    public int? AcceptLimit
    {
        get;
        init => field = value is int limit ? Require.InRange(limit, 1, int.MaxValue, nameof(AcceptLimit)) : null;
    }
}
