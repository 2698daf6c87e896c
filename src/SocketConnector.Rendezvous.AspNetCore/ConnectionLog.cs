using Microsoft.Extensions.Logging;

namespace SocketConnector.Rendezvous.AspNetCore;

/// <summary>What connections tell.</summary>
internal static partial class ConnectionLog
{
    [LoggerMessage(241, LogLevel.Debug, "{ConnectionId}: cannot be read any more: {Reason}")]
    public static partial void TellReadFailed(ILogger log, string connectionId, string reason);

    [LoggerMessage(242, LogLevel.Debug, "{ConnectionId}: cannot be written any more: {Reason}")]
    public static partial void TellWriteFailed(ILogger log, string connectionId, string reason);

    [LoggerMessage(243, LogLevel.Debug, "{ConnectionId}: aborted: {Reason}")]
    public static partial void TellAborted(ILogger log, string connectionId, string reason);

    [LoggerMessage(244, LogLevel.Error, "{ConnectionId}: the application's code threw when it was told that the connection has closed")]
    public static partial void TellClosedThrew(ILogger log, string connectionId, Exception error);
}
