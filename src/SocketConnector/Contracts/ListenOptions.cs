using System.Net;
using System.Net.Sockets;

namespace SocketConnector;

/// <summary>Options of a side that listens.</summary>
public sealed partial record ListenOptions : SideOptions
{
    private const UnixFileMode AllPermissions = (UnixFileMode)0b111_111_111;

    private readonly EndPointList _endPoints;

    /// <summary>Listens on <paramref name="endPoint"/>.</summary>
    /// <param name="endPoint">
    /// An <see cref="IPEndPoint"/> (port 0 lets the system choose; <c>[::]</c> takes IPv6 and IPv4), a <see cref="DnsEndPoint"/>
    /// (its first address), a <see cref="TransportEndPoint"/> or a <see cref="UnixDomainSocketEndPoint"/>: a path (a stale socket file is replaced,
    /// and the file is removed when the side stops listening) or, on Linux, an abstract name after a <c>'\0'</c>.
    /// </param>
    public ListenOptions(EndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        _endPoints = EndPointList.Of([endPoint], nameof(endPoint));
    }

    /// <summary>Listens on several end points at once: <c>new ListenOptions([loopback, socketFile])</c>.</summary>
    /// <param name="endPoints">As for <see cref="EndPoints"/>, each of a kind that one alone may be.</param>
    /// <exception cref="ArgumentException">As for <see cref="EndPoints"/>.</exception>
    public ListenOptions(IReadOnlyList<EndPoint> endPoints) => _endPoints = EndPointList.Of(endPoints, nameof(endPoints));

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

    /// <summary>Where this side listens; the first where it listens on several <see cref="EndPoints"/>.</summary>
    public EndPoint EndPoint => _endPoints[0];

    /// <summary>
    /// Where this side listens, at least one end point; copied. All have these options: the same verifier and transformer, a backlog
    /// each, one <see cref="AcceptLimit"/> over all. Their peers are in one order, that of their admission. The side starts with all
    /// of them or, where one cannot be listened on, with none.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// Empty or with a <see langword="null"/>; or two are the same address, or one takes what comes to the other (<c>0.0.0.0</c> every IPv4
    /// address, <c>[::]</c> every address, of the same port). Port 0 is a port of its own each time. Or <see cref="UnixMode"/>,
    /// <see cref="UnixOwner"/> or <see cref="UnixGroup"/> is set, and none is the path of a Unix socket: in a <c>with</c>, unset them first.
    /// </exception>
    public IReadOnlyList<EndPoint> EndPoints
    {
        get => _endPoints;
        init
        {
            _endPoints = EndPointList.Of(value, nameof(EndPoints));
            KeepsFile(nameof(EndPoints));
        }
    }

    /// <summary>Length of the system's accept queue of each end point (listen(2)); 512 by default, capped by the system. Ignored by a <see cref="TransportEndPoint"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1 or over 65 535.</exception>
    public int Backlog { get; init => field = Require.InRange(value, 1, 65_535, nameof(Backlog)); } = 512;

    /// <summary>
    /// How many peers are joined before the side stops listening on all its end points; no limit (<see langword="null"/>) by default. A peer that waits holds
    /// a place, and gives it back if it ends without having been joined: it failed authentication, left, or its dial failed. While
    /// every place is held, further clients wait in the backlog.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1.</exception>
    public int? AcceptLimit
    {
        get;
        init => field = value is int limit ? Require.InRange(limit, 1, int.MaxValue, nameof(AcceptLimit)) : null;
    }

    /// <summary>
    /// Networks whose peers are let in; <see langword="null"/>, the default, for all. Any other peer is reset before a byte is read
    /// (<see cref="CloseReason.AccessDenied"/>); an empty list lets in nobody. A peer of <see cref="AcceptProxyFrom"/> is let in by that, and
    /// the client that its header tells of is looked up here. Says nothing of peers that are not of IP. Copied; IPv4 in IPv6's notation
    /// counts as IPv4.
    /// </summary>
    public IReadOnlyList<IPNetwork>? Allow { get; init => field = value is null ? null : new NetworkList(value); }

    /// <summary>
    /// Networks whose peers are reset before a byte is read, although <see cref="Allow"/> may list them; <see langword="null"/>, the default,
    /// for none. Both a peer of <see cref="AcceptProxyFrom"/> and the client that its header tells of are looked up here.
    /// </summary>
    public IReadOnlyList<IPNetwork>? Deny { get; init => field = value is null ? null : new NetworkList(value); }

    /// <summary>
    /// Networks whose peers must send a PROXY header, of version 1 or 2, before anything else; <see langword="null"/>, the default, for
    /// none. The addresses that it tells become the peer's (<see cref="Peer.RemoteEndPoint"/>); without a valid header the peer is reset.
    /// Peers from elsewhere are taken as they are. On a Unix socket, whoever may connect must send one. Copied; IPv4 in IPv6's notation
    /// counts as IPv4. Sockets that are added send none.
    /// </summary>
    /// <remarks>List load balancers alone: whoever may send a header can claim any address.</remarks>
    public IReadOnlyList<IPNetwork>? AcceptProxyFrom { get; init => field = value is null ? null : new NetworkList(value); }

    /// <summary>TLS with each peer, behind its PROXY header if it sends one, before its verifier; <see langword="null"/>, the default, for none. Sockets that are added speak none.</summary>
    public TlsListenOptions? Tls { get; init; }

    /// <summary>
    /// Permissions of the file of each Unix socket among the end points, set before anyone can connect; <see langword="null"/>, the default,
    /// leaves what the umask gives. Connecting requires write permission. Ignored on Windows.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Bits other than read, write and execute (octal 0 to 777).</exception>
    /// <exception cref="ArgumentException">No end point is the path of a Unix socket.</exception>
    public UnixFileMode? UnixMode
    {
        get;
        init => field = OfFile(Permissions(value, nameof(UnixMode)), nameof(UnixMode));
    }

    /// <summary>
    /// Owner of that file, by name or number; <see langword="null"/>, the default, for the user of this process. An unknown name,
    /// or one that this user may not give it to, fails the start with a <see cref="System.Net.Sockets.SocketException"/>. Ignored on Windows.
    /// </summary>
    /// <exception cref="ArgumentException">Empty, or no end point is the path of a Unix socket.</exception>
    public string? UnixOwner { get; init => field = OfFile(Named(value, nameof(UnixOwner)), nameof(UnixOwner)); }

    /// <summary>
    /// Group of that file, by name or number; <see langword="null"/>, the default, for that of this process or of the directory.
    /// Fails like <see cref="UnixOwner"/>.
    /// </summary>
    /// <exception cref="ArgumentException">Empty, or no end point is the path of a Unix socket.</exception>
    public string? UnixGroup { get; init => field = OfFile(Named(value, nameof(UnixGroup)), nameof(UnixGroup)); }

    private bool HasFile => _endPoints.Any(endPoint => endPoint is UnixDomainSocketEndPoint unix && !UnixName.IsAbstract(unix));

    private static UnixFileMode? Permissions(UnixFileMode? value, string option) => value is null or (>= UnixFileMode.None and <= AllPermissions)
        ? value
        : throw new ArgumentOutOfRangeException(option, value, $"{option} must be made of reading, writing and executing (octal 0 to 777).");

    private static string? Named(string? value, string option) =>
        value is "" ? throw new ArgumentException($"{option} must be a name or a number.", option) : value;

    private T OfFile<T>(T value, string option) => value is null || HasFile
        ? value
        : throw new ArgumentException($"{option} is for the path of a Unix socket, and this side listens on {_endPoints}.", option);

    private void KeepsFile(string option)
    {
        if (!HasFile && (UnixMode is not null || UnixOwner is not null || UnixGroup is not null))
        {
            throw new ArgumentException($"{option} must have the path of a Unix socket as long as {nameof(UnixMode)}, {nameof(UnixOwner)} or {nameof(UnixGroup)} is set.", option);
        }
    }
}
