using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace SocketConnector.Diagnostics;

/// <summary>Everything that watches a connector: its messages, its counts, its meter. One for each connector, handed to every stage.</summary>
internal sealed class Observer
{
    private readonly StandardErrorLogger? _standardError;
    private readonly GuardedLogger _log;
    private readonly GuardedLogger _traffic;
    private readonly ConnectorMetrics _metrics;
    private readonly ChannelWriter<ConnectionEvent>? _events;
    private readonly TimeProvider _time;
    private long _lostEvents;

    public Observer(ConnectorOptions options)
    {
        _standardError = options.LoggerFactory is null ? new StandardErrorLogger(options.TimeProvider, options.LogTraffic) : null;
        _log = new GuardedLogger(
            (ILogger?)_standardError ?? options.LoggerFactory!.CreateLogger("SocketConnector"),
            options.Verbose ? LogLevel.Trace : LogLevel.Warning);
        _traffic = new GuardedLogger((ILogger?)_standardError ?? options.LoggerFactory!.CreateLogger("SocketConnector.Traffic"), LogLevel.Information);
        Traffic = options.LogTraffic ? new TrafficLog(_traffic) : null;
        _metrics = new ConnectorMetrics(options.MeterFactory);
        (_events, _time) = (options.Events, options.TimeProvider);
        IsTelling = options.Verbose || options.MeterFactory is not null || options.LoggerFactory is not null;
    }

    public ILogger Log => _log;

    public TrafficLog? Traffic { get; }

    /// <summary>Whether a user's code is told of the life of each connection: a logger or a meter's listener, which may be slow.</summary>
    public bool IsTelling { get; }

    public CloseLedger Closings { get; } = new();

    public RemoteLedger RemotesA { get; } = new();

    public RemoteLedger RemotesB { get; } = new();

    public long LostEvents => Volatile.Read(ref _lostEvents);

    public long LostLogMessages => _log.Lost + _traffic.Lost + (_standardError?.Lost ?? 0);

    /// <summary>A peer is closed that was never joined. A stop is nothing that anyone must look at.</summary>
    public void NotJoined(Peer peer, CloseReason reason, Side? side, string detail)
    {
        Count(reason, side);
        LogLevel weight = Weight(reason);
        _log.NotJoined(weight, peer, new Cause(reason, side), detail);
        TellRefused(peer, null, new CloseInfo(reason, side, null, TimeSpan.Zero), detail);
    }

    /// <summary>Two peers that were to be joined are closed, for one reason.</summary>
    public void NotJoined(Peer peerA, Peer peerB, CloseReason reason, Side? side, string detail)
    {
        Count(reason, side);
        LogLevel weight = Weight(reason);
        _log.NotJoined(weight, peerA, peerB, new Cause(reason, side), detail);
        TellRefused(peerA, peerB, new CloseInfo(reason, side, null, TimeSpan.Zero), detail);
    }

    /// <summary>A peer that waited went away by itself, or the connector stopped.</summary>
    public void PendingEnded(Peer peer, CloseReason reason, Side? side)
    {
        Count(reason, side);
        _log.PendingEnded(peer, new Cause(reason, side));
        string detail = reason == CloseReason.Aborted ? "the connector was stopped" : "it left while it waited for a partner";
        TellRefused(peer, null, new CloseInfo(reason, side, null, TimeSpan.Zero), detail);
    }

    /// <returns>Whether its end will be told as well.</returns>
    public bool Joined(long id, Peer peerA, Peer peerB)
    {
        RemotesA.Add(peerA);
        RemotesB.Add(peerB);
        _metrics.Joined();
        _log.Joined(id, peerA, peerB);
        return _events is not null && Tell(new ConnectionEvent(id, peerA, peerB, null));
    }

    public void Ended(long id, CloseInfo info, Peer peerA, Peer peerB, long bytesAToB, long bytesBToA, bool isTold)
    {
        Count(info.Reason, info.Side);
        _metrics.Ended(info, bytesAToB, bytesBToA);
        var cause = new Cause(info.Reason, info.Side);
        long milliseconds = (long)info.Duration.TotalMilliseconds;
        if (Weight(info.Reason) == LogLevel.Information)
        {
            _log.Closed(id, cause, peerA, peerB, bytesAToB, bytesBToA, milliseconds);
        }
        else
        {
            _log.Failed(id, cause, peerA, peerB, bytesAToB, bytesBToA, milliseconds, info.Error?.Message ?? "nothing came in time");
        }

        if (isTold)
        {
            Tell(new ConnectionEvent(id, peerA, peerB, info) { Detail = info.Error?.Message });
        }
    }

    /// <param name="peer">On either side, where it is alone; the one on side A where there are two.</param>
    /// <param name="partner">The one on side B, where there are two.</param>
    /// <param name="info">Why.</param>
    /// <param name="detail">What lies behind it.</param>
    private void TellRefused(Peer peer, Peer? partner, CloseInfo info, string detail)
    {
        if (_events is not null)
        {
            (Peer? a, Peer? b) = peer.Side == Side.A ? (peer, partner) : (partner, peer);
            Tell(new ConnectionEvent(0, a, b, info) { Detail = detail });
        }
    }

    private bool Tell(ConnectionEvent happened)
    {
        try
        {
            if (_events!.TryWrite(happened with { Time = _time.GetUtcNow() }))
            {
                return true;
            }
        }
        catch (Exception)
        {
            // A writer of the user's own making; its failure is counted like its refusal.
        }

        Interlocked.Increment(ref _lostEvents);
        return false;
    }

    private static LogLevel Weight(CloseReason reason) =>
        reason is CloseReason.Completed or CloseReason.Aborted ? LogLevel.Information : LogLevel.Warning;

    private void Count(CloseReason reason, Side? side)
    {
        Closings.Add(reason, side);
        _metrics.Closed(reason, side);
    }
}
