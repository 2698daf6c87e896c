namespace SocketConnector;

/// <content>
/// How many peers there may be. Each limit is one for all end points of the side. What is over it is reset, and the peers that are there
/// already are left alone.
/// </content>
public sealed partial record ListenOptions
{
    /// <summary>
    /// How many accepted peers may be open at once: in admission, pending or joined, until their socket is closed; no limit
    /// (<see langword="null"/>) by default. A peer over it is reset before a byte is read (<see cref="CloseReason.LimitReached"/>). Unlike under
    /// <see cref="AcceptLimit"/>, the side goes on listening.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1.</exception>
    public int? MaxConnections { get; init => field = Require.AtLeastOne(value, nameof(MaxConnections)); }

    /// <summary>
    /// The same for each remote address; no limit (<see langword="null"/>) by default. The addresses of an IPv6 network of 64 bits count as
    /// one, and IPv4 in IPv6's notation as IPv4. Of a peer of <see cref="AcceptProxyFrom"/> the address that its header tells counts, once
    /// it has come. Peers that are not of IP have no such limit.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1.</exception>
    public int? MaxConnectionsPerAddress { get; init => field = Require.AtLeastOne(value, nameof(MaxConnectionsPerAddress)); }

    /// <summary>
    /// How many accepted peers may be in admission at once, PROXY header, TLS handshake and authentication, and the wait for a place under
    /// <see cref="AcceptLimit"/> included; no limit (<see langword="null"/>) by default. A peer over it is reset before a byte is read
    /// (<see cref="CloseReason.LimitReached"/>).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1.</exception>
    public int? MaxAdmitting { get; init => field = Require.AtLeastOne(value, nameof(MaxAdmitting)); }

    /// <summary>
    /// How many accepted peers may wait for a partner at once; no limit (<see langword="null"/>) by default. An admitted peer over it is reset
    /// (<see cref="CloseReason.LimitReached"/>); one that meets a partner at once, or for which one is dialled, does not count. From a
    /// <see cref="PeerListener"/>, peers that were not taken yet count.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1.</exception>
    public int? MaxPending { get; init => field = Require.AtLeastOne(value, nameof(MaxPending)); }

    /// <summary>The same for each remote address, as <see cref="MaxConnectionsPerAddress"/> counts them; no limit (<see langword="null"/>) by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1.</exception>
    public int? MaxPendingPerAddress { get; init => field = Require.AtLeastOne(value, nameof(MaxPendingPerAddress)); }

    /// <summary>
    /// How fast each remote address, as <see cref="MaxConnectionsPerAddress"/> counts them, may connect anew; no limit (<see langword="null"/>)
    /// by default. A peer over it is reset before a byte is read, or after its PROXY header (<see cref="CloseReason.RateLimited"/>). Refused
    /// peers do not count.
    /// </summary>
    /// <remarks>
    /// Addresses are remembered in a table of 4 MiB, each until its bucket is full again. Where more addresses than fit come in that
    /// time, the one whose bucket is fullest is forgotten, and starts anew.
    /// </remarks>
    public ConnectionRate? Rate { get; init; }
}
