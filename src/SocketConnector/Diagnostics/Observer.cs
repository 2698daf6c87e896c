using Microsoft.Extensions.Logging;

namespace SocketConnector.Diagnostics;

/// <summary>Everything that watches a connector: its messages, its counts, its meter. One for each connector, handed to every stage.</summary>
internal sealed class Observer
{
    private readonly GuardedLogger _log;
    private readonly GuardedLogger _traffic;
    private readonly ConnectorMetrics _metrics;

    public Observer(ConnectorOptions options)
    {
        ILogger? standardError = options.LoggerFactory is null ? new StandardErrorLogger(options.TimeProvider) : null;
        _log = new GuardedLogger(
            standardError ?? options.LoggerFactory!.CreateLogger("SocketConnector"),
            options.Verbose ? LogLevel.Trace : LogLevel.Warning);
        _traffic = new GuardedLogger(standardError ?? options.LoggerFactory!.CreateLogger("SocketConnector.Traffic"), LogLevel.Information);
        Traffic = options.LogTraffic ? new TrafficLog(_traffic) : null;
        _metrics = new ConnectorMetrics(options.MeterFactory);
    }

    public ILogger Log => _log;

    public TrafficLog? Traffic { get; }

    public CloseLedger Closings { get; } = new();

    public RemoteLedger RemotesA { get; } = new();

    public RemoteLedger RemotesB { get; } = new();

    public long LostLogMessages => _log.Lost + _traffic.Lost;

    /// <summary>A peer that was never joined is closed.</summary>
    public void PeerClosed(Peer peer, CloseReason reason, Side? side, string detail)
    {
        Count(reason, side);
        _log.PeerClosed(peer, reason, side, detail);
    }

    /// <summary>A peer went away by itself, or the connector stopped: nothing that anyone must look at.</summary>
    public void PeerLeft(Peer peer, CloseReason reason, Side? side)
    {
        Count(reason, side);
        _log.PeerLeft(peer);
    }

    /// <summary>Two peers that were to be joined are closed, for one reason.</summary>
    public void PairRefused(Peer peerA, Peer peerB, CloseReason reason, Side? side, string detail)
    {
        Count(reason, side);
        _log.PairRefused(peerA, peerB, reason, side, detail);
    }

    public void Joined(long id, Peer peerA, Peer peerB)
    {
        RemotesA.Add(peerA);
        RemotesB.Add(peerB);
        _metrics.Joined();
        _log.Joined(id, peerA, peerB);
    }

    public void Ended(long id, CloseInfo info, Peer peerA, Peer peerB, long bytesAToB, long bytesBToA)
    {
        Count(info.Reason, info.Side);
        _metrics.Ended(info, bytesAToB, bytesBToA);
        long milliseconds = (long)info.Duration.TotalMilliseconds;
        if (info.Reason is CloseReason.Completed or CloseReason.Aborted)
        {
            _log.Closed(id, info.Reason, info.Side, peerA, peerB, bytesAToB, bytesBToA, milliseconds);
        }
        else
        {
            _log.Failed(id, info.Reason, info.Side, peerA, peerB, bytesAToB, bytesBToA, milliseconds, info.Error?.Message ?? "no error was given");
        }
    }

    private void Count(CloseReason reason, Side? side)
    {
        Closings.Add(reason, side);
        _metrics.Closed(reason, side);
    }
}
