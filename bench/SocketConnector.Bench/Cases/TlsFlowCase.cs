using SocketConnector.Bench.Measuring;

namespace SocketConnector.Bench.Cases;

/// <summary>Streams that send as much as they can to or from a client that speaks TLS: throughput at the receiver, and what it costs the relay.</summary>
internal sealed class TlsFlowCase(int streams, bool toClient) : BenchCase(Name(streams, toClient))
{
    protected override bool SpeaksTls => true;

    public static string Name(int streams, bool toClient) => $"tls-{(toClient ? "down" : "bulk")}-{streams}";

    public override async Task<IReadOnlyDictionary<string, double>> MeasureAsync(Stage stage)
    {
        await using LoadProcess server = await stage.ServeAsync();
        Dictionary<string, double> figures;
        await using (LoadProcess client = await stage.TlsFlowsAsync(streams, toClient ? "down" : "up"))
        {
            await Task.Delay(TimeSpan.FromSeconds(stage.Options.WarmUp));
            FlowMeter meter = await FlowMeter.StartAsync(stage, toClient ? client : server);
            await Task.Delay(TimeSpan.FromSeconds(stage.Options.Window));
            figures = await meter.StopAsync();
        }

        await stage.Relay.ComeToRestAsync();
        return figures;
    }
}
