using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using SocketConnector.Admission;
using SocketConnector.Relaying;
using SocketConnector.Sockets;

namespace SocketConnector;

/// <summary>
/// Joins sockets of side A to sockets of side B and relays bytes both ways. Each side either listens or connects out; the four
/// factory methods are the four combinations.
/// </summary>
/// <remarks>
/// The connector owns every socket it accepts, connects or is given, and closes it on every path. It is thread-safe. Dispose it,
/// or let <see cref="ConnectorOptions.GracePeriod"/> close it.
/// </remarks>
public sealed class Connector : IAsyncDisposable
{
    private readonly ConnectorLifetime _lifetime;

    /// <summary>Creates a connector that neither listens nor dials: it joins what <see cref="AddAsync(Side, Socket, AddOptions?, CancellationToken)"/> and <see cref="JoinAsync(ConnectOptions, ConnectOptions, CancellationToken)"/> bring.</summary>
    /// <param name="options">The options, or <see langword="null"/> for the defaults. The grace period starts now.</param>
    public Connector(ConnectorOptions? options = null)
        : this(new ConnectorLifetime(options ?? new ConnectorOptions())) => _lifetime.StartGrace();

    internal Connector(ConnectorLifetime lifetime) => _lifetime = lifetime;

    /// <summary><see cref="ConnectorOptions.Name"/>.</summary>
    public string? Name => _lifetime.Name;

    /// <summary>Where side A listens, each with the port that the system chose, in the order of <see cref="ListenOptions.EndPoints"/>; empty when it connects out. Still readable after the connector has closed.</summary>
    public IReadOnlyList<EndPoint> EndPointsA => _lifetime.SideA?.Bound ?? [];

    /// <summary>The first of <see cref="EndPointsA"/>; <see langword="null"/> when side A connects out.</summary>
    public EndPoint? EndPointA => EndPointsA is [EndPoint first, ..] ? first : null;

    /// <summary>The port of <see cref="EndPointA"/>; <see langword="null"/> when side A connects out, or that one is a Unix socket.</summary>
    public int? PortA => (EndPointA as IPEndPoint)?.Port;

    /// <summary>Where side B listens, each with the port that the system chose, in the order of <see cref="ListenOptions.EndPoints"/>; empty when it connects out. Still readable after the connector has closed.</summary>
    public IReadOnlyList<EndPoint> EndPointsB => _lifetime.SideB?.Bound ?? [];

    /// <summary>The first of <see cref="EndPointsB"/>; <see langword="null"/> when side B connects out.</summary>
    public EndPoint? EndPointB => EndPointsB is [EndPoint first, ..] ? first : null;

    /// <summary>The port of <see cref="EndPointB"/>; <see langword="null"/> when side B connects out, or that one is a Unix socket.</summary>
    public int? PortB => (EndPointB as IPEndPoint)?.Port;

    /// <summary>Whether <see cref="ConnectorOptions.GracePeriod"/> has passed since the start. From then on the connector closes when no connection is left.</summary>
    public bool GracePeriodPassed => _lifetime.GracePeriodPassed;

    /// <summary>When the connector was made.</summary>
    public DateTimeOffset StartedAt => _lifetime.StartedAt;

    /// <summary>Whether a side that listens cannot accept now, though clients may wait: no file descriptor or memory is left. It goes on trying.</summary>
    public bool IsStarving => _lifetime.IsStarving;

    /// <summary>Whether the connector has stopped accepting and joining. Connections may still be finishing; see <see cref="Completion"/>.</summary>
    public bool IsClosed => _lifetime.IsClosed;

    /// <summary>Completes when the connector is closed and has no open socket left. Never faults.</summary>
    public Task Completion => _lifetime.Completion;

    /// <summary>
    /// Completes when no connection is left and no further one can come: the two sockets of socket-to-socket were joined and have
    /// ended, an accept limit is reached and its connections have ended, or a transport brings no more streams. The connector stays open, for
    /// <see cref="AddAsync(Side, Socket, AddOptions?, CancellationToken)"/> and <see cref="JoinAsync(ConnectOptions, ConnectOptions, CancellationToken)"/>, until you stop it. Completes with <see cref="Completion"/> at the latest.
    /// </summary>
    public Task Exhaustion => _lifetime.Exhaustion;

    /// <summary>Both sides listen: a rendezvous. Peers are joined in the order in which they are admitted, first A with first B.</summary>
    /// <param name="sideA">Where side A listens.</param>
    /// <param name="sideB">Where side B listens.</param>
    /// <param name="options">The options, or <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels the start only.</param>
    /// <returns>The connector, listening.</returns>
    /// <exception cref="SocketException">An address cannot be listened on; the message names it, and nothing is left open.</exception>
    public static Task<Connector> ServerToServerAsync(ListenOptions sideA, ListenOptions sideB, ConnectorOptions? options = null, CancellationToken cancellationToken = default) =>
        StartAsync(sideA, sideB, options, cancellationToken);

    /// <summary>A TCP proxy: dials side B once for each socket that side A admits.</summary>
    /// <param name="sideA">Where side A listens.</param>
    /// <param name="sideB">Where side B connects to.</param>
    /// <param name="options">The options, or <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels the start only.</param>
    /// <returns>The connector, listening. Nothing is dialled yet.</returns>
    /// <exception cref="SocketException">An address cannot be listened on; the message names it, and nothing is left open.</exception>
    /// <exception cref="ArgumentException">One side would connect to where the other listens.</exception>
    public static Task<Connector> ServerToSocketAsync(ListenOptions sideA, ConnectOptions sideB, ConnectorOptions? options = null, CancellationToken cancellationToken = default) =>
        StartAsync(sideA, sideB, options, cancellationToken);

    /// <summary>Dials side A at the start, for the first socket that side B will admit, and again for each further one.</summary>
    /// <param name="sideA">Where side A connects to.</param>
    /// <param name="sideB">Where side B listens.</param>
    /// <param name="options">The options, or <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels the start only.</param>
    /// <returns>The connector, connected on side A and listening on side B.</returns>
    /// <exception cref="SocketException">Side A cannot be connected to, or side B not listened on; the message names it, and nothing is left open.</exception>
    /// <exception cref="ArgumentException">One side would connect to where the other listens.</exception>
    public static Task<Connector> SocketToServerAsync(ConnectOptions sideA, ListenOptions sideB, ConnectorOptions? options = null, CancellationToken cancellationToken = default) =>
        StartAsync(sideA, sideB, options, cancellationToken);

    /// <summary>Dials both sides and joins them. <see cref="JoinAsync(ConnectOptions, ConnectOptions, CancellationToken)"/> can add more.</summary>
    /// <param name="sideA">Where side A connects to.</param>
    /// <param name="sideB">Where side B connects to.</param>
    /// <param name="options">The options, or <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels the start only.</param>
    /// <returns>The connector, connected on both sides. Authentication, where asked for, goes on.</returns>
    /// <exception cref="SocketException">A side cannot be connected to; the message names it, and nothing is left open.</exception>
    public static Task<Connector> SocketToSocketAsync(ConnectOptions sideA, ConnectOptions sideB, ConnectorOptions? options = null, CancellationToken cancellationToken = default) =>
        StartAsync(sideA, sideB, options, cancellationToken);

    /// <summary>Adds a connected socket to a side, as if it had been accepted there: it is admitted, then joined or left to wait.</summary>
    /// <param name="side">The side.</param>
    /// <param name="socket">A connected stream socket. It belongs to the connector from here on, even if this throws.</param>
    /// <param name="options">
    /// Its verifier, its transformer and the bytes already read from it; <see langword="null"/> for the verifier and the transformer
    /// of its side.
    /// </param>
    /// <param name="cancellationToken">Cancels the authentication, and closes the socket.</param>
    /// <returns>The socket's peer, once it is joined or pending.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such side.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The verifier rejected it.</exception>
    /// <exception cref="InvalidOperationException">The verifier failed; the inner exception is what it threw.</exception>
    /// <exception cref="TimeoutException">The verifier did not finish in time.</exception>
    /// <exception cref="SocketException">The far side, dialled for it, cannot be connected to.</exception>
    /// <exception cref="ObjectDisposedException">The connector is closed.</exception>
    [SuppressMessage("ApiDesign", "RS0026", Justification = "The two differ in a parameter that is required.")]
    public async ValueTask<Peer> AddAsync(Side side, Socket socket, AddOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(socket);
        return await AddAsync(side, _lifetime.Acquisition.TakeOver(socket), options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Adds a stream that is no socket to a side, as if it had been accepted there: it is admitted, then joined or left to wait.</summary>
    /// <param name="side">The side.</param>
    /// <param name="stream">A connected stream. It belongs to the connector from here on, even if this throws.</param>
    /// <param name="options">As for a socket.</param>
    /// <param name="cancellationToken">As for a socket.</param>
    /// <returns>The stream's peer, once it is joined or pending.</returns>
    /// <remarks>Throws what <see cref="AddAsync(Side, Socket, AddOptions?, CancellationToken)"/> throws.</remarks>
    [SuppressMessage("ApiDesign", "RS0026", Justification = "The two differ in a parameter that is required.")]
    public async ValueTask<Peer> AddAsync(Side side, DuplexStream stream, AddOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return await AddAsync(side, new WrappedStream(stream), options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Dials both sides and joins them, independently of what the connector listens on or connects to.</summary>
    /// <param name="sideA">Where side A connects to.</param>
    /// <param name="sideB">Where side B connects to.</param>
    /// <param name="cancellationToken">Cancels the connecting only.</param>
    /// <returns>The connection, already relaying.</returns>
    /// <exception cref="SocketException">A side cannot be connected to; the message names it, and nothing is left open.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">A verifier rejected its peer.</exception>
    /// <exception cref="InvalidOperationException">A verifier or the hook failed; the inner exception is what it threw.</exception>
    /// <exception cref="TimeoutException">A verifier or the hook did not finish in time.</exception>
    /// <exception cref="ObjectDisposedException">The connector is closed.</exception>
    public async Task<Connection> JoinAsync(ConnectOptions sideA, ConnectOptions sideB, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sideA);
        ArgumentNullException.ThrowIfNull(sideB);
        ObjectDisposedException.ThrowIf(IsClosed, this);
        try
        {
            (Connection? connection, Refusal? refusal) = await _lifetime.Acquisition.JoinAsync(sideA, sideB, cancellationToken).ConfigureAwait(false);
            return connection ?? throw refusal!.ToException();
        }
        catch (OperationCanceledException error) when (IsClosed && !cancellationToken.IsCancellationRequested)
        {
            throw new ObjectDisposedException("The connector was closed while it connected.", error);
        }
    }

    /// <summary>Joins two peers that a <see cref="PeerListener"/> or a <see cref="PeerDialer"/> returned.</summary>
    /// <param name="peer">A peer. The connector owns it from this call on, even if the call throws, except for an argument error.</param>
    /// <param name="partner">Another peer; where both are of one side, it crosses over to the other.</param>
    /// <param name="cancellationToken">Checked once, before the peers are taken; it does not cancel the hook.</param>
    /// <returns>The connection, already relaying.</returns>
    /// <exception cref="ArgumentException">They are one and the same, or the caller does not own one of them any more. The caller still owns the other one.</exception>
    /// <exception cref="InvalidOperationException">The hook failed; the inner exception is what it threw.</exception>
    /// <exception cref="TimeoutException">The hook did not finish in time.</exception>
    /// <exception cref="ObjectDisposedException">The connector is closed; both are reset.</exception>
    public async Task<Connection> JoinAsync(Peer peer, Peer partner, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentNullException.ThrowIfNull(partner);
        cancellationToken.ThrowIfCancellationRequested();
        (HandedOut one, HandedOut other) = HandedOut.TakeBoth(peer, partner);
        if (peer.Side == partner.Side)
        {
            partner.CrossOver();
        }

        (Connection? connection, Refusal? refusal) = await _lifetime.Acquisition.JoinAsync(one, other).ConfigureAwait(false);
        return connection ?? throw refusal!.ToException();
    }

    /// <summary>Yields every connection that is joined after this call, until the connector has closed.</summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>
    /// The connections. Up to 1 024 are buffered for a slow reader; beyond that it loses the oldest. A second enumeration starts with
    /// the connections from then on. Dispose the enumerator, as <c>await foreach</c> does, to stop watching.
    /// </returns>
    public IAsyncEnumerable<Connection> WatchConnectionsAsync(CancellationToken cancellationToken = default) => _lifetime.Feed.WatchAsync(cancellationToken);

    /// <summary>Attaches a tap to each connection that is joined from now on, before any byte is relayed.</summary>
    /// <param name="newTap">As <see cref="ConnectorOptions.NewTap"/>.</param>
    /// <returns>When disposed, no further connection gets one. Taps that are attached stay.</returns>
    /// <remarks>
    /// For the connections that run already there is <see cref="Connection.Attach"/>. Call this first and <see cref="GetConnections"/> after it,
    /// so that none is left out, and tell by <see cref="Connection.Id"/> which have one already.
    /// </remarks>
    public IDisposable AttachToNew(Func<ConnectionFacts, Tap?> newTap)
    {
        ArgumentNullException.ThrowIfNull(newTap);
        return _lifetime.Taps.Add(newTap);
    }

    /// <summary>Tells one more writer of every event from now on, as <see cref="ConnectorOptions.Events"/> does from the start.</summary>
    /// <param name="events">As <see cref="ConnectorOptions.Events"/>. It is never completed.</param>
    /// <returns>When disposed, it is told no more; a few events may still be on their way.</returns>
    /// <remarks>
    /// Call this first and <see cref="GetConnections"/> after it, so that no connection is missed: one may be in both, told apart by its id, and the
    /// end of one that was joined before may be told.
    /// </remarks>
    public IDisposable AddEvents(ChannelWriter<ConnectionEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        return _lifetime.Events.Add(events);
    }

    /// <summary>The connection of an id, if it is joined now.</summary>
    /// <param name="id"><see cref="Connection.Id"/>.</param>
    /// <returns>The connection; <see langword="null"/> where it has ended or is another connector's.</returns>
    public Connection? FindConnection(long id) => _lifetime.Find(id);

    /// <summary>The connections that are joined now.</summary>
    /// <returns>A snapshot.</returns>
    public IReadOnlyCollection<Connection> GetConnections() => _lifetime.Connections;

    /// <summary>The peers of a side that are admitted and wait for a partner, oldest first.</summary>
    /// <param name="side">The side.</param>
    /// <returns>A snapshot.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such side.</exception>
    public IReadOnlyCollection<Peer> GetPending(Side side) => _lifetime.Pending(Require.Known(side, nameof(side)));

    /// <summary>The peers of both sides that are connected and not admitted yet, oldest first.</summary>
    /// <returns>A snapshot.</returns>
    public IReadOnlyCollection<AdmittingPeer> GetAdmitting() => _lifetime.Admitting;

    /// <summary>Statistics of the connector so far.</summary>
    /// <returns>A snapshot.</returns>
    public ConnectorStats GetStats() => _lifetime.Stats();

    /// <summary>
    /// Drains: stops accepting, closes what is pending or not yet joined, and lets connections finish. One whose reader takes
    /// nothing for <see cref="ConnectorOptions.HalfCloseTimeout"/> is reset. Idempotent, and can be combined with <see cref="DisposeAsync"/>.
    /// </summary>
    /// <remarks>An idle open connection is waited for without limit; end it in order with <see cref="Connection.EndAsync"/>.</remarks>
    /// <param name="cancellationToken">When cancelled, the remaining connections are aborted; the task still completes successfully.</param>
    /// <returns>A task that finishes with <see cref="Completion"/>.</returns>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        _lifetime.Close();
        _lifetime.LimitStoppedReaders();
        CancellationTokenRegistration abort = cancellationToken.UnsafeRegister(static state => ((ConnectorLifetime)state!).AbortConnections(), _lifetime);
        await using (abort.ConfigureAwait(false))
        {
            await Completion.ConfigureAwait(false);
        }
    }

    /// <summary>Stops now: aborts every connection, and finishes when every socket is closed.</summary>
    /// <returns>A task that finishes with <see cref="Completion"/>.</returns>
    public async ValueTask DisposeAsync()
    {
        _lifetime.Close();
        _lifetime.AbortConnections();
        await Completion.ConfigureAwait(false);
    }

    /// <summary>Its name, such as <c>db</c>; the name of its type where it has none.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Name ?? base.ToString()!;

    private async ValueTask<Peer> AddAsync(Side side, ByteStream stream, AddOptions? options, CancellationToken cancellationToken)
    {
        if (!Enum.IsDefined(side))
        {
            stream.Reset();
            throw new ArgumentOutOfRangeException(nameof(side), side, "a side is A or B");
        }

        if (IsClosed)
        {
            stream.Reset();
            throw new ObjectDisposedException(typeof(Connector).FullName);
        }

        (Peer? peer, Refusal? refusal) = await _lifetime.Acquisition.AddAsync(side, stream, options, cancellationToken).ConfigureAwait(false);
        if (refusal is not null)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw refusal.ToException();
        }

        return peer!;
    }

    private static async Task<Connector> StartAsync(SideOptions sideA, SideOptions sideB, ConnectorOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sideA);
        ArgumentNullException.ThrowIfNull(sideB);
        SelfConnection.ThrowIfCertain(sideA, sideB);
        var connector = new Connector(new ConnectorLifetime(options ?? new ConnectorOptions()));
        try
        {
            await connector._lifetime.OpenAsync(sideA, sideB, cancellationToken).ConfigureAwait(false);
            return connector;
        }
        catch
        {
            await connector.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
