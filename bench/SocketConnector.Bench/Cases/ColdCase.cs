using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using SocketConnector.Bench.Measuring;
using SocketConnector.Bench.Relays;

namespace SocketConnector.Bench.Cases;

/// <summary>A relay that has only just started: how long until a byte is through, and how it does with its first connections.</summary>
internal sealed class ColdCase() : BenchCase(Name)
{
    public const string Name = "cold";
    private const int Concurrent = 16;
    private const int Connections = 5_000;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    public override bool StartsTheRelay => true;

    protected override bool MakesConnections => true;

    public override bool Suits(RelayRecipe relay) => base.Suits(relay) && !relay.IsDirect;

    public override async Task<IReadOnlyDictionary<string, double>> MeasureAsync(Stage stage)
    {
        await using LoadProcess server = await stage.ServeAsync();
        long start = Stopwatch.GetTimestamp();
        await using RunningRelay relay = stage.Launch!();
        double firstByte = (await FirstByteAsync(relay.Port, start)).TotalMilliseconds;
        IReadOnlyDictionary<string, double> said = await LoadProcess.RunAsync(stage.Load, "connect", $"{relay.Port}", $"{Concurrent}", $"{Connections}", "10");
        await Task.Delay(TimeSpan.FromSeconds(0.2));
        double cpu = relay.Tree.CpuSeconds();
        return said["failed"] > 0
            ? throw new InvalidOperationException($"{said["failed"]} connections failed")
            : new Dictionary<string, double>(StringComparer.Ordinal)
            {
                [MetricName.FirstByte] = firstByte,
                [MetricName.Connections] = said["per_second"],
                [MetricName.CpuPerConnection] = cpu * 1e3 / said["connections"],
            };
    }

    /// <summary>Tries until one byte has come back, from the start of the process on.</summary>
    private static async Task<TimeSpan> FirstByteAsync(int port, long start)
    {
        byte[] greeting = [(byte)'G'];
        while (Stopwatch.GetElapsedTime(start) < _patience)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port);
                await socket.SendAsync(greeting);
                if (await socket.ReceiveAsync(greeting) > 0)
                {
                    return Stopwatch.GetElapsedTime(start);
                }
            }
            catch (SocketException)
            {
                // Not yet.
            }

            Thread.Yield();
        }

        throw new InvalidOperationException($"no byte came back within {_patience.TotalSeconds} s");
    }
}
