using Microsoft.Extensions.Logging;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Ends;

/// <summary>Logs the loss of the relay once, and its return once, however many connections there are and however often each fails.</summary>
internal sealed partial class PoolTrouble(ILogger log, RendezvousEndPoint where)
{
    private readonly Lock _gate = new();
    private readonly HashSet<object> _lost = [];
    private RefusalCode? _lastRefusal;

    /// <summary>A place has lost its connection. A new refusal is logged even during an outage.</summary>
    public void Tell(object place, string reason, RefusalCode? refusal = null)
    {
        bool isNew;
        lock (_gate)
        {
            isNew = (_lost.Add(place) && _lost.Count == 1) || (refusal is not null && refusal != _lastRefusal);
            _lastRefusal = refusal ?? _lastRefusal;
        }

        if (isNew)
        {
            TellLost(log, where, reason);
        }
    }

    /// <summary>A place waits at the relay.</summary>
    public void Over(object place)
    {
        bool isOver;
        lock (_gate)
        {
            isOver = _lost.Remove(place) && _lost.Count == 0;
            _lastRefusal = isOver ? null : _lastRefusal;
        }

        if (isOver)
        {
            TellBack(log, where);
        }
    }

    public void NotAccepted(string reason) => TellNotAccepted(log, where, reason);

    [LoggerMessage(221, LogLevel.Warning, "{Where}: {Reason}; it is tried again")]
    private static partial void TellLost(ILogger log, RendezvousEndPoint where, string reason);

    [LoggerMessage(222, LogLevel.Information, "{Where}: waiting there again")]
    private static partial void TellBack(ILogger log, RendezvousEndPoint where);

    [LoggerMessage(223, LogLevel.Warning, "{Where}: a partner is not accepted: {Reason}")]
    private static partial void TellNotAccepted(ILogger log, RendezvousEndPoint where, string reason);
}
