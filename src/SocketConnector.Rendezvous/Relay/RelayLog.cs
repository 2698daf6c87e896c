using Microsoft.Extensions.Logging;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Relay;

/// <summary>What a relay tells its log of ends; its listener and its connector tell the rest.</summary>
internal static partial class RelayLog
{
    [LoggerMessage(201, LogLevel.Information, "{Peer}: its ticket for session {Session} is refused: {Reason}")]
    public static partial void TicketRefused(this ILogger log, Peer peer, SessionName session, string reason);

    [LoggerMessage(202, LogLevel.Information, "{Peer} is refused: {Reason}")]
    public static partial void Malformed(this ILogger log, Peer peer, string reason);

    [LoggerMessage(203, LogLevel.Information, "{Peer} takes nothing of what it is told: {Reason}")]
    public static partial void EndUnwritable(this ILogger log, Peer peer, string reason);

    [LoggerMessage(EventId = 204, Message = "{Peer} is gone: {Reason}")]
    public static partial void EndGone(this ILogger log, LogLevel level, Peer peer, string reason);

    [LoggerMessage(205, LogLevel.Information, "{Peer} speaks none of what is spoken here")]
    public static partial void Unknown(this ILogger log, Peer peer);

    [LoggerMessage(206, LogLevel.Warning, "{Connecting} and {Listening} were not joined: {Reason}")]
    public static partial void NotJoined(this ILogger log, Peer connecting, Peer listening, string reason);

    [LoggerMessage(207, LogLevel.Information, "#{Connection} is ended: its ticket allows no more than {Limit}")]
    public static partial void Exceeded(this ILogger log, long connection, string limit);

    [LoggerMessage(208, LogLevel.Error, "A fault of the relay's own, which costs {Peer} alone")]
    public static partial void Fault(this ILogger log, Exception error, Peer peer);

    [LoggerMessage(209, LogLevel.Information, "{Peer}, a client of the transit line, is refused: {Reason}")]
    public static partial void TransitRefused(this ILogger log, Peer peer, string reason);
}
