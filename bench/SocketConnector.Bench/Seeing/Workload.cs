using SocketConnector.Bench.Cases;
using SocketConnector.Bench.Measuring;

namespace SocketConnector.Bench.Seeing;

/// <summary>What some of a relay's connections do while the others are idle.</summary>
/// <param name="Busy">How many of them do it.</param>
/// <param name="MeasureAsync">Does it, and says how it went.</param>
internal sealed record Workload(int Busy, Func<SeenRelay, Task<IReadOnlyList<Reading>>> MeasureAsync)
{
    private const int Many = 100;
    private const int Visitors = 16;

    public static IReadOnlyList<Workload> All { get; } = [new(Many, BulkAsync), new(Many, PingAsync), new(Visitors, ConnectAsync)];

    private static async Task<IReadOnlyList<Reading>> BulkAsync(SeenRelay relay)
    {
        await using LoadProcess client = await relay.Stage.FlowsAsync(Many, "up");
        await Task.Delay(TimeSpan.FromSeconds(relay.Stage.Options.WarmUp));
        FlowMeter meter = await FlowMeter.StartAsync(relay.Stage, relay.Server);
        await Task.Delay(TimeSpan.FromSeconds(relay.Stage.Options.Window));
        Dictionary<string, double> figures = await meter.StopAsync();
        return
        [
            new($"bulk-{Many}, Gbit/s", figures[MetricName.Throughput], IsJudged: true),
            new("- the relay's CPU, s per 10⁹ bytes", figures[MetricName.CpuPerGigabyte]),
        ];
    }

    private static async Task<IReadOnlyList<Reading>> PingAsync(SeenRelay relay)
    {
        Stage stage = relay.Stage;
        await stage.PingAsync(Many, 10_000, 1);
        double before = stage.Relay.Tree.CpuSeconds();
        IReadOnlyDictionary<string, double> said = await stage.PingAsync(Many, 2_000_000, stage.Options.Window);
        double cpu = stage.Relay.Tree.CpuSeconds() - before;
        return
        [
            new($"ping-{Many}, round trips/s", said["per_second"], IsJudged: true),
            new("- p99, µs", said["p99"]),
            new("- the relay's CPU, µs per round trip", cpu * 1e6 / said["rounds"]),
        ];
    }

    private static async Task<IReadOnlyList<Reading>> ConnectAsync(SeenRelay relay)
    {
        Stage stage = relay.Stage;
        await stage.ConnectAsync(Visitors, 300, 2);
        double before = stage.Relay.Tree.CpuSeconds();
        // No more than that, or the kernel's table of waiting ports, 131 072 by default, overflows between one minute and the next.
        IReadOnlyDictionary<string, double> said = await stage.ConnectAsync(Visitors, stage.Options.Quick ? 2_000 : 12_000, 3);
        await Task.Delay(TimeSpan.FromSeconds(0.1));
        double cpu = stage.Relay.Tree.CpuSeconds() - before;
        return said["failed"] > 0 ? throw new InvalidOperationException($"{said["failed"]} connections failed") :
        [
            new("connect, connections/s", said["per_second"], IsJudged: true),
            new("- the relay's CPU, ms per connection", cpu * 1e3 / said["connections"]),
        ];
    }
}
