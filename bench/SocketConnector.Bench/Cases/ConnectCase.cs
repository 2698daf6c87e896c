using SocketConnector.Bench.Measuring;

namespace SocketConnector.Bench.Cases;

/// <summary>Connect, a byte there and back, close in order; 16 at a time.</summary>
internal sealed class ConnectCase() : BenchCase(Name)
{
    public const string Name = "connect";
    private const int Concurrent = 16;

    protected override bool MakesConnections => true;

    public override async Task<IReadOnlyDictionary<string, double>> MeasureAsync(Stage stage)
    {
        await using LoadProcess server = await stage.ServeAsync();
        await stage.ConnectAsync(Concurrent, 300, 2);
        await stage.Relay.ComeToRestAsync();
        double before = stage.Relay.Tree.CpuSeconds();
        // So few that the kernel's table of waiting ports, 131 072 by default, holds those of all relays of a round.
        IReadOnlyDictionary<string, double> said = await stage.ConnectAsync(Concurrent, stage.Options.Quick ? 2_000 : 8_000, 3);
        await stage.Relay.ComeToRestAsync();
        double cpu = stage.Relay.Tree.CpuSeconds() - before;
        if (said["failed"] > 0)
        {
            throw new InvalidOperationException($"{said["failed"]} of {said["failed"] + said["connections"]} connections failed");
        }

        var figures = new Dictionary<string, double>(StringComparer.Ordinal)
        {
            [MetricName.Connections] = said["per_second"],
            [MetricName.P50] = said["p50"],
            [MetricName.P99] = said["p99"],
        };
        if (!stage.Relay.Recipe.IsDirect)
        {
            figures[MetricName.CpuPerConnection] = cpu * 1e3 / said["connections"];
        }

        return figures;
    }
}
