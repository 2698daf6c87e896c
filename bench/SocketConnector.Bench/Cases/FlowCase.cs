using SocketConnector.Bench.Measuring;

namespace SocketConnector.Bench.Cases;

/// <summary>Streams that send as much as they can: throughput at the receivers, and what it costs the relay.</summary>
internal sealed class FlowCase(int streams, bool bothWays) : BenchCase(Name(streams, bothWays))
{
    public static string Name(int streams, bool bothWays) => $"{(bothWays ? "both" : "bulk")}-{streams}";

    protected override bool MovesBytes => true;

    public override async Task<IReadOnlyDictionary<string, double>> MeasureAsync(Stage stage)
    {
        await using LoadProcess server = await stage.ServeAsync();
        Dictionary<string, double> figures;
        await using (LoadProcess client = await stage.FlowsAsync(streams, bothWays ? "both" : "up"))
        {
            await Task.Delay(TimeSpan.FromSeconds(stage.Options.WarmUp));
            FlowMeter meter = await FlowMeter.StartAsync(stage, server, client);
            await Task.Delay(TimeSpan.FromSeconds(stage.Options.Window));
            figures = await meter.StopAsync();
        }

        await stage.Relay.ComeToRestAsync();
        return figures;
    }
}
