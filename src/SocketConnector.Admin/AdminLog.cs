using Microsoft.Extensions.Logging;

namespace SocketConnector.Admin;

/// <summary>What the admin channel tells.</summary>
internal static partial class AdminLog
{
    public const string Category = "SocketConnector.Admin";

    [LoggerMessage(251, LogLevel.Information, "The admin channel listens on {EndPoint}")]
    public static partial void Listening(this ILogger log, string endPoint);

    [LoggerMessage(252, LogLevel.Warning, "{Method} {Path} failed: {Error}")]
    public static partial void RequestFailed(this ILogger log, string method, string path, string error, Exception exception);

    [LoggerMessage(253, LogLevel.Warning, "Connector {Connector} could not be drained: {Error}")]
    public static partial void DrainFailed(this ILogger log, string connector, string error);

    [LoggerMessage(254, LogLevel.Information, "{Caller} asked for {Method} {Path}")]
    public static partial void Changed(this ILogger log, string caller, string method, string path);

    [LoggerMessage(255, LogLevel.Warning, "A wrong token came from {Caller}")]
    public static partial void WrongToken(this ILogger log, string caller);

    [LoggerMessage(256, LogLevel.Warning, "The file of the admin channel stays: {Error}")]
    public static partial void FileStays(this ILogger log, string error);

    [LoggerMessage(257, LogLevel.Debug, "A capture over the admin channel has ended: {Error}")]
    public static partial void CaptureEnded(this ILogger log, string error);

    [LoggerMessage(258, LogLevel.Warning, "{Count} more wrong tokens came, the last from {Caller}")]
    public static partial void WrongTokens(this ILogger log, int count, string caller);
}
