using System.Globalization;
using System.Text.RegularExpressions;
using SocketConnector.Bench.Measuring;

namespace SocketConnector.Bench.Cases;

internal sealed partial class SockperfCase() : BenchCase(Name)
{
    public const string Name = "sockperf";

    public override bool IsCrossCheck => true;

    public override async Task<IReadOnlyDictionary<string, double>> MeasureAsync(Stage stage)
    {
        await using Tool server = await Tool.ServeAsync(stage.Backend, "sockperf", "server", "--tcp", "--uc-reuseaddr", "-i", "127.0.0.1", "-p", $"{stage.Backend}");
        string seconds = stage.Options.Quick ? "1" : "2";
        string said = await Tool.RunAsync("sockperf", "ping-pong", "--tcp", "--full-rtt", "-i", "127.0.0.1", "-p", $"{stage.Relay.Port}", "-m", "64", "-t", seconds);
        await stage.Relay.ComeToRestAsync();
        var percentiles = Percentile().Matches(said).ToDictionary(
            match => match.Groups["share"].Value, match => double.Parse(match.Groups["us"].Value, CultureInfo.InvariantCulture), StringComparer.Ordinal);
        return percentiles.Count == 0 ? throw new InvalidOperationException($"sockperf measured nothing:\n{said}") : new Dictionary<string, double>(StringComparer.Ordinal)
        {
            [MetricName.P50] = percentiles["50.000"],
            [MetricName.P99] = percentiles["99.000"],
            [MetricName.P999] = percentiles["99.900"],
        };
    }

    [GeneratedRegex(@"percentile (?<share>[0-9.]+) = +(?<us>[0-9.]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Percentile();
}
