using Microsoft.Extensions.Logging;

namespace SocketConnector.Diagnostics;

/// <summary>Everything that watches a connector: its messages, its counts, its meter. One for each connector, handed to every stage.</summary>
internal sealed class Observer
{
    private const int MaxMessages = 4096;

    /// <summary>How long the end of the connector waits for a user's code that is behind with what it was told.</summary>
    private static readonly TimeSpan _lastWords = TimeSpan.FromSeconds(1);

    private readonly StandardErrorLogger? _standardError;
    private readonly TellingQueue _messages = new(MaxMessages);
    private readonly ILostMessages _log;
    private readonly ILostMessages _traffic;
    private readonly EventFeeds _events;
    private readonly Tracing _tracing;
    private readonly TimeProvider _time;
    private long _missedByTaps;

    public Observer(ConnectorOptions options)
    {
        if (options.LoggerFactory is { } factory)
        {
            // Its filter alone decides; Verbose is for standard error, which has none.
            NameScope? scope = options.Name is { } name ? new NameScope(name) : null;
            _log = new QueuedLogger(() => factory.CreateLogger(ConnectorLog.Category), options.TimeProvider, _messages, TimeSpan.Zero) { Scope = scope };
            _traffic = new QueuedLogger(
                () => factory.CreateLogger(ConnectorLog.TrafficCategory), options.TimeProvider, _messages, StandardErrorLogger.PatienceWithTraffic)
            { Scope = scope };
        }
        else
        {
            _standardError = new StandardErrorLogger(options.TimeProvider, options.Name, StandardErrorLogger.PatienceWithTraffic);
            _log = new GuardedLogger(_standardError, ConnectorLog.Least(options.Verbose));
            _traffic = new GuardedLogger(_standardError, LogLevel.Information);
        }

        Traffic = options.LogTraffic ? _traffic : null;
        Metrics = new ConnectorMetrics(options.MeterFactory, options.Name);
        (_events, _time) = (new EventFeeds(options.Events), options.TimeProvider);
        _tracing = new Tracing(options.TimeProvider, options.Name);
        IsTelling = options.Verbose && _standardError is not null;
    }

    /// <summary>Never runs a user's code, and never blocks.</summary>
    public ILogger Log => _log;

    /// <summary>Where traffic is shown; null where it is not asked for.</summary>
    public ILogger? Traffic { get; }

    public ConnectorMetrics Metrics { get; }

    /// <summary>The last calls of taps that are due.</summary>
    public LastWords Taps { get; } = new();

    /// <summary>Whether the life of each connection is put into words for standard error, which takes its time on the thread that tells.</summary>
    public bool IsTelling { get; }

    public CloseLedger Closings { get; } = new();

    public RemoteLedger RemotesA { get; } = new();

    public RemoteLedger RemotesB { get; } = new();

    /// <summary>Who is told what becomes of connections and peers.</summary>
    public EventFeeds Events => _events;

    public long LostEvents => _events.Lost;

    public long LostMeasurements => Metrics.LostMeasurements + _tracing.Lost;

    public long LostLogMessages => _log.Lost + _traffic.Lost + (_standardError?.Lost ?? 0);

    /// <summary>Bytes that taps should have seen and did not.</summary>
    public long MissedByTaps => Volatile.Read(ref _missedByTaps);

    public void MissedByTap(long bytes) => Interlocked.Add(ref _missedByTaps, bytes);

    /// <summary>A close of what was never joined. It is counted before it happens, so that it is found counted by whatever sees the reset; it is told after.</summary>
    public void Count(CloseReason reason, Side? side)
    {
        Closings.Add(reason, side);
        Metrics.Rejected(reason, side);
    }

    /// <summary>A dial begins.</summary>
    /// <param name="peer">The peer that it is for, if there is one.</param>
    /// <returns>Its record; nothing where nobody is interested.</returns>
    public DialRecord? BeginDial(Peer? peer)
    {
        PeerTrace? trace = PeerTrace.Of(peer);
        Tracing? tracing = peer is null && Tracing.IsOn ? _tracing : null;
        return trace is not null || tracing is not null || Metrics.Measures(MeasuredTime.Connect) ? new DialRecord(Metrics, _time, tracing, trace) : null;
    }

    /// <summary>What a peer's steps are told within: its own span, that of the peer that it was dialled for, or a new one.</summary>
    /// <returns>Nothing where nobody listens.</returns>
    public PeerTrace? TraceOf(Peer peer, Peer? partner) =>
        PeerTrace.Of(peer) ?? PeerTrace.Of(partner) ?? (Tracing.IsOn ? PeerTrace.Begin(_tracing, peer.ConnectedAt, peer) : null);

    /// <summary>A peer was dialled for no other, and a second one with it perhaps: its span begins with the dials.</summary>
    public void BeginTrace(Peer peer, DialRecord? dial, DialRecord? other = null)
    {
        if (dial is null || !Tracing.IsOn)
        {
            return;
        }

        var trace = PeerTrace.Begin(_tracing, dial.Since, peer);
        dial.AddTo(trace);
        other?.AddTo(trace);
    }

    /// <summary>A peer is admitted and has no partner yet.</summary>
    public void Pending(Peer peer)
    {
        _log.PeerPending(peer);
        PeerTrace.Of(peer)?.Mark("pending");
        Offer(ConnectionEventKind.Pending, peer, null);
    }

    /// <summary>A peer is closed that was never joined, and counted. A stop is nothing that anyone must look at.</summary>
    public void TellNotJoined(Peer peer, CloseReason reason, Side? side, string detail)
    {
        LogLevel weight = Weight(reason);
        _log.NotJoined(weight, peer, new Cause(reason, side), detail);
        TellRefused(peer, null, new CloseInfo(reason, side, null, TimeSpan.Zero), detail);
    }

    /// <summary>Two peers that were to be joined are closed, and counted, for one reason.</summary>
    public void TellNotJoined(Peer peerA, Peer peerB, CloseReason reason, Side? side, string detail)
    {
        LogLevel weight = Weight(reason);
        _log.NotJoined(weight, peerA, peerB, new Cause(reason, side), detail);
        TellRefused(peerA, peerB, new CloseInfo(reason, side, null, TimeSpan.Zero), detail);
    }

    /// <summary>A peer that waited went away by itself, or waited too long, or the connector stopped, and it is counted.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="partner">What was dialled for it, and is closed with it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="side">The side that caused it.</param>
    public void TellPendingEnded(Peer peer, Peer? partner, CloseReason reason, Side? side)
    {
        _log.PendingEnded(peer, new Cause(reason, side));
        string detail = reason switch
        {
            CloseReason.Aborted => "the connector was stopped",
            CloseReason.PendingTimeout => "no partner came in time",
            _ => "it left while it waited for a partner",
        };
        TellRefused(peer, partner, new CloseInfo(reason, side, null, TimeSpan.Zero), detail);
    }

    public void Joined(long id, Peer peerA, Peer peerB)
    {
        RemotesA.Add(peerA);
        RemotesB.Add(peerB);
        _log.Joined(id, peerA, peerB);
        PeerTrace.Join(id, peerA, peerB);
        if (!_events.IsEmpty)
        {
            _events.Offer(new ConnectionEvent(ConnectionEventKind.Joined, id, peerA, peerB) { Time = Now() });
        }
    }

    public void Ended(long id, CloseInfo info, Peer peerA, Peer peerB, long bytesAToB, long bytesBToA)
    {
        Closings.Add(info.Reason, info.Side);
        Metrics.Took(new TimeTaken(MeasuredTime.Connection, info.Duration.TotalSeconds) { Reason = info.Reason, Side = info.Side });
        (PeerTrace.Of(peerA) ?? PeerTrace.Of(peerB))?.Ended(info, bytesAToB, bytesBToA);
        var cause = new Cause(info.Reason, info.Side);
        long milliseconds = (long)info.Duration.TotalMilliseconds;
        if (Weight(info.Reason) == LogLevel.Debug)
        {
            _log.Closed(id, cause, peerA, peerB, bytesAToB, bytesBToA, milliseconds);
        }
        else
        {
            _log.Failed(id, cause, peerA, peerB, bytesAToB, bytesBToA, milliseconds, info.Error is { } error ? ErrorText.Of(error) : "nothing came in time");
        }

        if (!_events.IsEmpty)
        {
            _events.Offer(new ConnectionEvent(ConnectionEventKind.Closed, id, peerA, peerB, info) { Time = Now(), Detail = info.Error is null ? null : ErrorText.Of(info.Error) });
        }
    }

    /// <summary>Waits a moment for a user's code that has not heard everything yet.</summary>
    public async Task FinishAsync()
    {
        await Task.WhenAll(TapsAndMessagesAsync(), Metrics.DrainedAsync(), _tracing.DrainedAsync(), _events.DrainedAsync())
            .WaitAsync(_lastWords)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Metrics.End();
    }

    private async Task TapsAndMessagesAsync()
    {
        // Taps write messages.
        await Taps.SaidAsync().ConfigureAwait(false);
        await _messages.DrainedAsync().ConfigureAwait(false);
    }

    private void TellRefused(Peer peer, Peer? partner, CloseInfo info, string detail)
    {
        PeerTrace.Of(peer)?.Refused(info.Reason, detail);
        PeerTrace.Of(partner)?.Refused(info.Reason, detail);
        Offer(ConnectionEventKind.Refused, peer, partner, info, detail);
    }

    /// <summary>An event of what is no connection.</summary>
    private void Offer(ConnectionEventKind kind, Peer peer, Peer? partner, CloseInfo? info = null, string? detail = null)
    {
        if (!_events.IsEmpty)
        {
            (Peer? a, Peer? b) = peer.Side == Side.A ? (peer, partner) : (partner, peer);
            _events.Offer(new ConnectionEvent(kind, null, a, b, info) { Time = Now(), Detail = detail });
        }
    }

    private DateTimeOffset Now() => _time.GetUtcNow();

    // What this program was told to end is nothing that anyone must look at.
    private static LogLevel Weight(CloseReason reason) =>
        reason is CloseReason.Completed or CloseReason.Ended or CloseReason.Aborted or CloseReason.IdleTimeout or CloseReason.LifetimeReached
            ? LogLevel.Debug
            : LogLevel.Warning;
}
