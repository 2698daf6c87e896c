using SocketConnector.Bench.Measuring;

namespace SocketConnector.Bench.Cases;

/// <summary>One connection that plays ping-pong while bulk flows go through the same relay.</summary>
internal sealed class LoadedPingCase(int flows) : BenchCase(Name(flows))
{
    private const int Usual = 8;

    protected override bool MovesBytes => true;

    public static string Name(int flows) => flows == Usual ? "loaded-ping" : $"loaded-ping-{flows}";

    public override async Task<IReadOnlyDictionary<string, double>> MeasureAsync(Stage stage)
    {
        await using LoadProcess server = await stage.ServeAsync();
        Dictionary<string, double> figures;
        await using (LoadProcess client = await stage.FlowsAsync(flows, "up"))
        {
            await Task.Delay(TimeSpan.FromSeconds(stage.Options.WarmUp));
            FlowMeter meter = await FlowMeter.StartAsync(stage, server);
            IReadOnlyDictionary<string, double> said = await stage.PingAsync(1, 50_000, stage.Options.Quick ? 1 : 4);
            figures = await meter.StopAsync();
            (figures[MetricName.P50], figures[MetricName.P99], figures[MetricName.P999]) = (said["p50"], said["p99"], said["p999"]);
            figures[MetricName.Samples] = said["samples"];
        }

        await stage.Relay.ComeToRestAsync();
        return figures;
    }
}
