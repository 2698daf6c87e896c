using System.Text.Json;
using SocketConnector.Bench.Measuring;

namespace SocketConnector.Bench.Cases;

internal sealed class Iperf3Case() : BenchCase(Name)
{
    public const string Name = "iperf3";

    public override bool IsCrossCheck => true;

    public override async Task<IReadOnlyDictionary<string, double>> MeasureAsync(Stage stage)
    {
        await using Tool server = await Tool.ServeAsync(stage.Backend, "iperf3", "-s", "-B", "127.0.0.1", "-p", $"{stage.Backend}");
        string seconds = stage.Options.Quick ? "1" : "2";
        string said = await Tool.RunAsync("iperf3", "-c", "127.0.0.1", "-p", $"{stage.Relay.Port}", "-t", seconds, "-l", "256K", "--json");
        await stage.Relay.ComeToRestAsync();
        using var document = JsonDocument.Parse(said);
        double bits = document.RootElement.GetProperty("end").GetProperty("sum_received").GetProperty("bits_per_second").GetDouble();
        return new Dictionary<string, double>(StringComparer.Ordinal) { [MetricName.Throughput] = bits / 1e9 };
    }
}
