using Microsoft.Extensions.Logging;
using SocketConnector.TestKit;

namespace SocketConnector.Tests;

/// <summary>Options under which no connector ends by itself and nothing is printed.</summary>
internal static class Patient
{
    public static ConnectorOptions Options => new() { GracePeriod = Timeout.InfiniteTimeSpan, LoggerFactory = new LogCollector(LogLevel.Warning) };
}
