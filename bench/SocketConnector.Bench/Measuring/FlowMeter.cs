using SocketConnector.Bench.Cases;

namespace SocketConnector.Bench.Measuring;

/// <summary>Bytes that arrived and processor time that went by, between two moments.</summary>
internal sealed class FlowMeter
{
    private readonly Stage _stage;
    private readonly LoadProcess[] _receivers;
    private double _cpu;
    private (double Seconds, double Bytes)[] _begun = [];

    private FlowMeter(Stage stage, LoadProcess[] receivers) => (_stage, _receivers) = (stage, receivers);

    public static async Task<FlowMeter> StartAsync(Stage stage, params LoadProcess[] receivers)
    {
        var meter = new FlowMeter(stage, receivers);
        meter._begun = await meter.AskAsync();
        meter._cpu = stage.Relay.Tree.CpuSeconds();
        return meter;
    }

    public async Task<Dictionary<string, double>> StopAsync()
    {
        (double Seconds, double Bytes)[] ended = await AskAsync();
        double cpu = _stage.Relay.Tree.CpuSeconds() - _cpu;
        (double seconds, double bytes)[] moved = [.. ended.Zip(_begun, (now, then) => (now.Seconds - then.Seconds, now.Bytes - then.Bytes))];
        var figures = new Dictionary<string, double>(StringComparer.Ordinal)
        {
            [MetricName.Throughput] = moved.Sum(flow => flow.bytes * 8 / flow.seconds / 1e9),
        };
        double bytes = moved.Sum(flow => flow.bytes);
        if (!_stage.Relay.Recipe.IsDirect && bytes > 0)
        {
            figures[MetricName.CpuPerGigabyte] = cpu / (bytes / 1e9);
        }

        return figures;
    }

    private async Task<(double Seconds, double Bytes)[]> AskAsync()
    {
        var answers = new (double Seconds, double Bytes)[_receivers.Length];
        for (int i = 0; i < answers.Length; i++)
        {
            answers[i] = await _receivers[i].ReceivedAsync();
        }

        return answers;
    }
}
