using System.Net;
using Microsoft.Extensions.Logging;
using SocketConnector.Rendezvous.Ends;
using SocketConnector.Rendezvous.Relay;
using SocketConnector.Rendezvous.Sessions;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous;

/// <summary>
/// A relay that joins two ends, both of which only dial out. It speaks SCR/1, HTTP for <c>GET /healthz</c>, and the line of magic-wormhole's transit
/// relay where that is allowed, all on one port.
/// </summary>
/// <remarks>
/// It sees neither a session's secret nor, unless both ends choose otherwise, the bytes that they exchange. Thread-safe. Disposing it ends
/// every pair; <see cref="DrainAsync"/> lets them finish.
/// </remarks>
public sealed class RendezvousRelay : IAsyncDisposable
{
    private readonly List<PeerListener> _listeners = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly WorkCount _work = new();
    private readonly Connector _connector;
    private readonly Quotas _quotas;
    private readonly PairJoiner _joiner;
    private readonly TransitRooms _transit;
    private readonly Meeting _meeting;
    private readonly Arrivals _arrivals;
    private int _isStopped;

    private RendezvousRelay(RelayOptions options, ConnectorOptions connectorOptions)
    {
        ILogger log = GuardedLog.Of<RendezvousRelay>(connectorOptions.LoggerFactory);
        TimeProvider time = ClockGuard.Of(connectorOptions.TimeProvider, log);
        _connector = new Connector(connectorOptions with { GracePeriod = Timeout.InfiniteTimeSpan });
        _quotas = new Quotas(time, log);
        _joiner = new PairJoiner(_connector, _quotas, log);
        _transit = new TransitRooms(options.MaxTransitWaiting);
        var speaker = new EndSpeaker(_joiner.JoinAsync, time, log);
        _meeting = new Meeting(options.ToMeeting(), time, end => _work.Run(() => speaker.EmptyAsync(end)));
        var doorkeeper = new Doorkeeper(options.TicketKeys.Count == 0 ? null : new TicketVerifier(options.TicketKeys, time), time, log);
        _arrivals = new Arrivals(
            options,
            new EndListener(_meeting, doorkeeper, speaker, log),
            new TransitConversation(_transit, options.TransitWait, _joiner, time, log),
            _work,
            time,
            log);
    }

    /// <summary>Where it listens, each with the port that the system chose.</summary>
    public IReadOnlyList<EndPoint> EndPoints => [.. _listeners.SelectMany(static listener => listener.EndPoints)];

    /// <summary>The connector that pairs are joined in: to look at, and to end single pairs. The relay stops it.</summary>
    public Connector Connector => _connector;

    /// <summary>The pairs that are joined now.</summary>
    public IReadOnlyCollection<Connection> Connections => _connector.GetConnections();

    /// <summary>Starts to listen.</summary>
    /// <param name="listen">Where to listen. Several entries give several listeners with settings of their own, such as a port with TLS and one without.</param>
    /// <param name="options">How ends meet; <see langword="null"/> for the defaults.</param>
    /// <param name="connectorOptions">How pairs are relayed, the log, the events; <see langword="null"/> for the defaults. The grace period has no meaning here.</param>
    /// <param name="cancellationToken">Cancels the start only.</param>
    /// <returns>The relay.</returns>
    /// <exception cref="ArgumentException">There is nothing to listen on, or two ticket keys have one id.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">An address cannot be listened on; the message names it, and nothing is left open.</exception>
    public static async Task<RendezvousRelay> StartAsync(
        IReadOnlyList<ListenOptions> listen, RelayOptions? options = null, ConnectorOptions? connectorOptions = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(listen);
        if (listen.Count == 0)
        {
            throw new ArgumentException("There is nothing to listen on.", nameof(listen));
        }

        connectorOptions ??= new ConnectorOptions();
        var relay = new RendezvousRelay(options ?? new RelayOptions(), connectorOptions);
        try
        {
            foreach (ListenOptions one in listen)
            {
                relay._listeners.Add(await PeerListener.ListenAsync(Side.A, one, connectorOptions, cancellationToken).ConfigureAwait(false));
            }

            foreach (PeerListener listener in relay._listeners)
            {
                relay._work.Run(() => relay.AcceptAsync(listener));
            }

            return relay;
        }
        catch
        {
            await relay.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Counts of waiting ends, sessions and pairs.</summary>
    /// <returns>A snapshot.</returns>
    public RelayStats GetStats()
    {
        ConnectorStats relayed = _connector.GetStats();
        return new()
        {
            Waiting = _meeting.Waiting,
            Sessions = _meeting.Sessions,
            TransitWaiting = _transit.Count,
            ActivePairs = relayed.ActiveConnections,
            Pairs = relayed.SocketPairs,
            Relayed = relayed,
        };
    }

    /// <summary>
    /// Stops in order: listens no more, sends away the ends that wait, and lets pairs finish. Idempotent.
    /// </summary>
    /// <param name="within">The time until the stop that is announced to waiting ends. It is not a deadline: pairs may go on until <paramref name="cancellationToken"/> is cancelled.</param>
    /// <param name="elsewhere">Up to 8 other relays that the ends may use instead, as <c>host:port</c>; <see langword="null"/> if they should come back here.</param>
    /// <param name="cancellationToken">When cancelled, the remaining pairs are aborted; the task still completes successfully.</param>
    /// <returns>A task that finishes when nothing is left open.</returns>
    /// <remarks>
    /// Its port is free at once, so that a successor may listen there while pairs finish. A probe of <c>/healthz</c> then finds nobody, or the successor.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="within"/> is negative, or more than 49 days.</exception>
    /// <exception cref="ArgumentException"><paramref name="elsewhere"/> has more than 8 entries, or one that is not <c>host:port</c>.</exception>
    public async Task DrainAsync(TimeSpan within, IReadOnlyList<string>? elsewhere = null, CancellationToken cancellationToken = default)
    {
        Require.InRange(within, TimeSpan.Zero, FrameBounds.MaxTime, nameof(within));
        Require.That(elsewhere ?? [], elsewhere is null || RelayAddress.CanBeTold(elsewhere), nameof(elsewhere), $"at most {FrameBounds.MaxRelays} relays, each as host:port");
        _arrivals.Drain();
        await StopListeningAsync().ConfigureAwait(false);
        _meeting.Drain(within, elsewhere ?? []);
        using CancellationTokenRegistration enough = cancellationToken.UnsafeRegister(static meeting => ((Meeting)meeting!).Finish(), _meeting);
        await StopAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops now, and ends every pair.</summary>
    /// <returns>A task that finishes when nothing is left open.</returns>
    public async ValueTask DisposeAsync()
    {
        _arrivals.Drain();
        await StopListeningAsync().ConfigureAwait(false);
        _meeting.Drain(TimeSpan.Zero, []);
        _meeting.Finish();
        await StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
    }

    private async Task AcceptAsync(PeerListener listener)
    {
        while (await listener.AcceptAsync(CancellationToken.None).ConfigureAwait(false) is { } peer)
        {
            _work.Run(() => _arrivals.ServeAsync(peer, _stopping.Token));
        }
    }

    private async Task StopListeningAsync()
    {
        foreach (PeerListener listener in _listeners)
        {
            await listener.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task StopAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _isStopped, 1) == 0)
        {
            await _stopping.CancelAsync().ConfigureAwait(false);
            _work.End();
        }

        await _work.Over.ConfigureAwait(false);
        await _connector.StopAsync(cancellationToken).ConfigureAwait(false);
        _meeting.Dispose();
        _quotas.Dispose();
    }
}
