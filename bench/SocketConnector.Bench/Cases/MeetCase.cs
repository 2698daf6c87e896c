using SocketConnector.Bench.Measuring;

namespace SocketConnector.Bench.Cases;

/// <summary>Both ends connect, join a session that is new, are paired, a byte there and back, close; 16 pairs at a time.</summary>
internal sealed class MeetCase() : BenchCase(Name)
{
    public const string Name = "meet";
    private const int Concurrent = 16;

    protected override bool Meets => true;

    protected override bool MakesConnections => true;

    public override async Task<IReadOnlyDictionary<string, double>> MeasureAsync(Stage stage)
    {
        await stage.MeetAsync(Concurrent, 300, 2);
        await stage.Relay.ComeToRestAsync();
        double before = stage.Relay.Tree.CpuSeconds();
        IReadOnlyDictionary<string, double> said = await stage.MeetAsync(Concurrent, stage.Options.Quick ? 2_000 : 8_000, 3);
        await stage.Relay.ComeToRestAsync();
        double cpu = stage.Relay.Tree.CpuSeconds() - before;
        return said["failed"] > 0 && stage.Relay.Recipe.IsOurs
            ? throw new InvalidOperationException($"{said["failed"]} of {said["failed"] + said["pairs"]} pairs failed")
            : new Dictionary<string, double>(StringComparer.Ordinal)
            {
                [MetricName.Pairs] = said["per_second"],
                [MetricName.P50] = said["p50"],
                [MetricName.P99] = said["p99"],
                [MetricName.CpuPerPair] = cpu * 1e3 / said["pairs"],
                [MetricName.LoadCpuPerPair] = said["cpu"] * 1e3 / said["pairs"],
                [MetricName.FailedShare] = said["failed"] * 100 / (said["failed"] + said["pairs"]),
            };
    }
}
