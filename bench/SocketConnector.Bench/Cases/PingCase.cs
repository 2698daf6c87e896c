using SocketConnector.Bench.Measuring;

namespace SocketConnector.Bench.Cases;

/// <summary>64 bytes there and back, on each connection one after the other.</summary>
internal sealed class PingCase(int connections) : BenchCase(Name(connections))
{
    public static string Name(int connections) => $"ping-{connections}";

    protected override bool MovesBytes => true;

    public override async Task<IReadOnlyDictionary<string, double>> MeasureAsync(Stage stage)
    {
        await using LoadProcess server = await stage.ServeAsync();
        double before = stage.Relay.Tree.CpuSeconds();
        IReadOnlyDictionary<string, double> said = await stage.PingAsync(connections, stage.Options.Quick ? 5_000 : 50_000, 6);
        double cpu = stage.Relay.Tree.CpuSeconds() - before;
        await stage.Relay.ComeToRestAsync();
        var figures = new Dictionary<string, double>(StringComparer.Ordinal)
        {
            [MetricName.P50] = said["p50"],
            [MetricName.P99] = said["p99"],
            [MetricName.P999] = said["p999"],
            [MetricName.RoundTrips] = said["per_second"],
        };
        if (!stage.Relay.Recipe.IsDirect)
        {
            figures[MetricName.CpuPerRoundTrip] = cpu * 1e6 / said["rounds"];
        }

        return figures;
    }
}
