using System.Diagnostics;
using System.Globalization;
using System.Net;
using SocketConnector.TestKit;

namespace SocketConnector.RelayHost;

/// <summary>A relay to a name whose IPv6 address does not answer and whose IPv4 address does. For a network namespace of its own.</summary>
internal static class DeadAddress
{
    private const int Further = 5;

    /// <returns>How many milliseconds the first client waited, and the luckiest of those after it.</returns>
    public static async Task<string> MeasureAsync(string name)
    {
        using var live = new TestServer();
        using var dead = new TestServer(backlog: 1, port: live.Port, address: IPAddress.IPv6Loopback);
        await dead.FillAsync();
        await using Connector connector = await Connector.ServerToSocketAsync(
            new ListenOptions(IPAddress.Loopback, 0), new ConnectOptions(name, live.Port), new ConnectorOptions { GracePeriod = Timeout.InfiniteTimeSpan });
        double first = await ServeAsync(connector, live);
        double next = double.MaxValue;
        for (int i = 0; i < Further; i++)
        {
            next = Math.Min(next, await ServeAsync(connector, live));
        }

        return string.Create(CultureInfo.InvariantCulture, $"{first:0.0} {next:0.0}");
    }

    private static async Task<double> ServeAsync(Connector connector, TestServer live)
    {
        long start = Stopwatch.GetTimestamp();
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        using TestPeer far = await live.AcceptAsync();
        double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        await client.WriteAsync("hello");
        return await far.ReadTextAsync(5) == "hello" ? milliseconds : double.MaxValue;
    }
}
