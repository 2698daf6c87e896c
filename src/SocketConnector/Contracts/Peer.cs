using System.Net;
using SocketConnector.ProxyProtocol;

namespace SocketConnector;

/// <summary>Facts of one connected byte stream on a side. They stay readable after the stream is closed.</summary>
/// <remarks>
/// The caller owns a peer that a <c>PeerListener</c> or a <c>PeerDialer</c> returned, until it passes the peer to
/// <c>Connector.JoinAsync</c> or disposes it. Any other peer belongs to its connector, and disposing it has no effect.
/// </remarks>
public sealed class Peer : IDisposable
{
    private const int NotOurs = 0;
    private const int Owned = 1;
    private const int Borrowed = 2;

    private static long _lastId;

    private readonly CompactEndPoint _remote;
    private readonly CompactEndPoint _local;
    private readonly long _connectedAt;
    private FlowCounter? _from;
    private FlowCounter? _to;
    private Extras? _extras;
    private int _ownership;

    // In a byte, not as the enumeration: thousands idle.
    private bool _isOnB;

    internal Peer(Side side, CompactEndPoint remote, CompactEndPoint local, DateTimeOffset connectedAt) =>
        (_isOnB, _remote, _local, _connectedAt) = (side == Side.B, remote, local, connectedAt.UtcTicks);

    /// <summary>Unique in this process, counted up from 1.</summary>
    public long Id { get; } = Interlocked.Increment(ref _lastId);

    /// <summary>The side that it is on. One that is joined to a peer of its own side crosses over to the other.</summary>
    public Side Side => _isOnB ? Side.B : Side.A;

    /// <summary>Whether this program has connected out to it; not if it was accepted, or added as a socket or a stream.</summary>
    public bool WasDialled { get; internal init; }

    /// <summary>
    /// The peer's address: the one that a PROXY header told, or <see cref="SocketRemoteEndPoint"/>. <see langword="null"/> if the system no
    /// longer knew it, or a stream has none.
    /// </summary>
    public EndPoint? RemoteEndPoint => Remote.ToEndPoint();

    /// <summary>Where the peer had connected to: the address that a PROXY header told, or <see cref="SocketLocalEndPoint"/>; likewise.</summary>
    public EndPoint? LocalEndPoint => (Told is { Local.IsKnown: true } told ? told.Local : _local).ToEndPoint();

    /// <summary>The remote address of the socket itself: behind a load balancer that sends PROXY headers, the balancer's.</summary>
    public EndPoint? SocketRemoteEndPoint => _remote.ToEndPoint();

    /// <summary>The local address of the socket itself.</summary>
    public EndPoint? SocketLocalEndPoint => _local.ToEndPoint();

    /// <summary>What a PROXY header has told beside addresses; empty without one. The sender chose it: a text in it may hold anything.</summary>
    public ProxyTlvs ProxyTlvs => Told?.Tlvs ?? default;

    /// <summary>
    /// Id of the process that connected, if its Unix socket has no address and the Linux kernel reports it; otherwise
    /// <see langword="null"/>. The process may have passed the socket on since, and the id may have been reused.
    /// </summary>
    public int? ProcessId => _remote.Identity?.ProcessId;

    /// <summary>Id of the user of that process when it connected, under the same conditions.</summary>
    public long? UserId => _remote.Identity?.UserId;

    /// <summary>When it was accepted, connected or added.</summary>
    public DateTimeOffset ConnectedAt => new(_connectedAt, TimeSpan.Zero);

    /// <summary>Bytes of the stream received from it; those of its authentication do not count.</summary>
    public long BytesReceived => _from?.Received ?? 0;

    /// <summary>Bytes of the stream delivered to its socket.</summary>
    public long BytesSent => _to?.Delivered ?? 0;

    /// <summary>The key that its verifier assigned: it is matched only with peers of an equal key. <see langword="null"/> for none.</summary>
    public string? Key => _extras?.Key;

    /// <summary>What its TLS handshake has settled; <see langword="null"/> without one. Set before its verifier is called.</summary>
    public PeerTls? Tls => _extras?.Tls;

    /// <summary>
    /// Whom its verifier has found it to be, such as the name of the key that it has; <see langword="null"/>, the default, for nobody in
    /// particular. A peer may have chosen it, and any character may be in it, if the verifier allows that.
    /// </summary>
    public string? Identity => _extras?.Identity;

    /// <summary>Arbitrary data that the program attaches to the peer. Initially empty; not thread-safe.</summary>
    public IDictionary<object, object?> Items => More.Items;

    private IHandedOut Mine => Volatile.Read(ref _ownership) != NotOurs ? More.Stream! : throw new InvalidOperationException($"{this} is not the caller's: it is joined, closed, or was never handed out");

    private Extras More => LazyInitializer.EnsureInitialized(ref _extras, static () => new Extras());

    /// <summary>Closes its stream in order at once, if it is the user's.</summary>
    internal void Close() => TakeOwn()?.Close();

    /// <summary>What its verifier has learned.</summary>
    internal void Learn(string? pairingKey, string? identity, Dictionary<object, object?>? items)
    {
        if ((pairingKey ?? identity) is not null)
        {
            More.Key = pairingKey;
            More.Identity = identity;
        }

        foreach ((object key, object? item) in items ?? [])
        {
            Items[key] = item;
        }
    }

    internal CompactEndPoint Remote => Told is { Remote.IsKnown: true } told ? told.Remote : _remote;

    /// <summary>What a PROXY header has told of it; none where it sent none.</summary>
    internal ToldByProxy? Told => _extras?.Told;

    internal CompactEndPoint SocketRemote => _remote;

    internal CompactEndPoint SocketLocal => _local;

    /// <summary>Where it comes from, in words.</summary>
    internal string RemoteText => Remote.ToString();

    /// <summary>Where its socket comes from, in words.</summary>
    internal string SocketText => _remote.ToString();

    /// <summary>Its span, where it is traced and the span does not belong to another peer.</summary>
    internal object? Trace
    {
        get => _extras?.Trace;
        set => More.Trace = value;
    }

    /// <summary>What its TLS handshake has settled.</summary>
    internal void SetTls(PeerTls tls) => More.Tls = tls;

    /// <summary>What a PROXY header says of it.</summary>
    internal void Learn(in ProxyHeader header) => More.Told = new ToldByProxy(header);

    /// <summary>
    /// Its side and where it comes from, such as <c>A 127.0.0.1:4711</c> or <c>A unix:(pid 4711, user 1000)</c>, and its identity where it has
    /// one, as in <c>A 127.0.0.1:4711 (alice)</c>. What could break a line is escaped.
    /// </summary>
    /// <returns>The text.</returns>
    public override string ToString() => Identity is { } identity ? $"{Side} {Remote} ({LegibleText.Of(identity)})" : $"{Side} {Remote}";

    /// <summary>
    /// Its bytes, for a protocol of the caller's own before the peer is joined. They are counted nowhere, and what was read may be put back:
    /// <see cref="Unread"/>.
    /// </summary>
    /// <returns>
    /// A stream that neither blocks nor buffers; a read into no room waits until there is something to read. One read and one write at
    /// most are under way, no write when the peer is joined, and no read while another is dialled for the peer
    /// (<c>PeerDialer.ConnectAsync</c>): it throws <see cref="InvalidOperationException"/>. Once the peer is joined or closed, a read, one
    /// under way as well, throws <see cref="ObjectDisposedException"/> and takes nothing. Disposing the stream closes the
    /// peer in order at once; over TLS without a close-notify, so end such a stream by <see cref="CloseAsync"/>.
    /// </returns>
    /// <exception cref="InvalidOperationException">The peer is not the caller's.</exception>
    public Stream GetStream() => Mine.Bytes;

    /// <summary>Puts bytes back that were read from <see cref="GetStream"/>: they are read again, or relayed, before all others.</summary>
    /// <param name="bytes">They are copied.</param>
    /// <exception cref="InvalidOperationException">The peer is not the caller's.</exception>
    public void Unread(ReadOnlySpan<byte> bytes) => Mine.Unread(bytes);

    /// <summary>Ends the writing half of its stream: the peer reads the end behind everything that was written, and may go on sending.</summary>
    /// <param name="cancellationToken">Gives up; the half may be ended or not.</param>
    /// <returns>A task that finishes when that is done.</returns>
    /// <exception cref="InvalidOperationException">The peer is not the caller's.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The stream has failed.</exception>
    public ValueTask EndSendingAsync(CancellationToken cancellationToken = default) => Mine.EndSendingAsync(cancellationToken);

    /// <summary>
    /// Closes its stream in order, if it is the caller's: what was written arrives, even where the peer is sending still. That takes a second at most.
    /// </summary>
    /// <param name="why">Why, for the log and the event; <see langword="null"/>, the default, for no more than that this program closed it.</param>
    /// <returns>A task that finishes when it is closed.</returns>
    public Task CloseAsync(string? why = null) => TakeOwn()?.CloseAsync(why) ?? Task.CompletedTask;

    /// <summary>Resets its stream, if it is the caller's.</summary>
    public void Dispose() => TakeOwn()?.Abort();

    /// <summary>The user owns the stream from here on, through this peer.</summary>
    internal void HandOut(IHandedOut stream)
    {
        More.Stream = stream;
        Volatile.Write(ref _ownership, Owned);
    }

    /// <summary>Takes what was borrowed for good, unless the user has reset it meanwhile.</summary>
    internal IHandedOut? TakeBorrowed() => Take(Borrowed);

    /// <summary>Uses the stream while the user still owns it, and may reset it.</summary>
    internal IHandedOut? Borrow() => Interlocked.CompareExchange(ref _ownership, Borrowed, Owned) == Owned ? More.Stream : null;

    /// <summary>It is joined to a peer of its own side.</summary>
    internal void CrossOver() => _isOnB = !_isOnB;

    internal void Return() => Interlocked.CompareExchange(ref _ownership, Owned, Borrowed);

    private IHandedOut? TakeOwn()
    {
        IHandedOut? mine;
        do
        {
            // Another thread may borrow or return it right now. Only the winner closes it, since it may have a new owner already.
            mine = Take(Owned) ?? Take(Borrowed);
        }
        while (mine is null && Volatile.Read(ref _ownership) != NotOurs);
        return mine;
    }

    private IHandedOut? Take(int from) => Interlocked.CompareExchange(ref _ownership, NotOurs, from) == from ? More.Stream : null;

    internal void Count(FlowCounter from, FlowCounter to) => (_from, _to) = (from, to);

    /// <summary>What only some peers have: thousands idle, and each byte counts.</summary>
    private sealed class Extras
    {
        private IDictionary<object, object?>? _items;

        public string? Key { get; set; }

        public string? Identity { get; set; }

        public ToldByProxy? Told { get; set; }

        public PeerTls? Tls { get; set; }

        public IHandedOut? Stream { get; set; }

        public object? Trace { get; set; }

        public IDictionary<object, object?> Items => LazyInitializer.EnsureInitialized(ref _items, static () => new Dictionary<object, object?>());
    }
}
