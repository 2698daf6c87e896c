using SocketConnector.Bench.Measuring;
using SocketConnector.Bench.Relays;

namespace SocketConnector.Bench.Cases;

/// <summary>One stream between two ends that have met, beside one through a connector that dials, as in <c>bulk-1</c>, and the same generator.</summary>
internal sealed class MetFlowCase() : BenchCase(Name)
{
    public const string Name = "met-bulk";

    public override bool Suits(RelayRecipe relay) => (relay.Meets && !relay.OnlyMakesConnections) || relay.IsDirect || relay.IsPlainConnector;

    public override async Task<IReadOnlyDictionary<string, double>> MeasureAsync(Stage stage)
    {
        Dictionary<string, double> figures;
        await using (LoadProcess pair = await stage.MetFlowAsync())
        {
            await Task.Delay(TimeSpan.FromSeconds(stage.Options.WarmUp));
            FlowMeter meter = await FlowMeter.StartAsync(stage, pair);
            await Task.Delay(TimeSpan.FromSeconds(stage.Options.Window));
            figures = await meter.StopAsync();
        }

        await stage.Relay.ComeToRestAsync();
        return figures;
    }
}
