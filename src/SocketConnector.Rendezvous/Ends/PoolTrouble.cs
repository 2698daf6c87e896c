using Microsoft.Extensions.Logging;

namespace SocketConnector.Rendezvous.Ends;

/// <summary>Tells once why connections to the relay are lost, and once that they are back, however many there are.</summary>
internal sealed partial class PoolTrouble(ILogger log, RendezvousEndPoint where)
{
    private string? _last;

    public void Tell(string reason)
    {
        if (Interlocked.Exchange(ref _last, reason) != reason)
        {
            TellLost(log, where, reason);
        }
    }

    public void Over()
    {
        if (Interlocked.Exchange(ref _last, null) is not null)
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
