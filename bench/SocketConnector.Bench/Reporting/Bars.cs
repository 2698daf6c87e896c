using System.Globalization;
using SocketConnector.Bench.Cases;
using SocketConnector.Bench.Measuring;

namespace SocketConnector.Bench.Reporting;

/// <summary>What the rendezvous relay has to reach, and what it does: the median of the rounds, and between which figures they lie.</summary>
internal sealed class Bars(Run run)
{
    private const string Ours = "scr";
    private const string Plain = "auto";

    public IEnumerable<string[]> Rows() => new[]
    {
        Row("pairs a second, as a multiple of the better peer's", "10 or more", Ratios(MeetCase.Name, MetricName.Pairs, IsPeer), value => value >= 10),
        Row($"p99 until paired while {MeetWaitingCase.Others} others wait, ms", "less than 5", Each(MeetWaitingCase.Name, MetricName.P99).Select(us => us / 1000), value => value < 5),
        Row("KiB for each end that waits", "2 at most", Each(WaitCase.Name, MetricName.MemoryPerEnd), value => value <= 2),
        Row("descriptors for each end that waits", "1", Each(WaitCase.Name, MetricName.DescriptorsPerEnd), value => Math.Round(value, 2) <= 1),
        Row("throughput of a pair that has met, as a share of the plain connector's", "0.97 or more", Ratios(MetFlowCase.Name, MetricName.Throughput, it => it.Relay == Plain), value => value >= 0.97),
    }.OfType<string[]>();

    private static string[]? Row(string what, string wanted, IEnumerable<double> rounds, Func<double, bool> holds)
    {
        double[] sorted = [.. rounds.Order()];
        if (sorted.Length == 0)
        {
            return null;
        }

        double median = Run.MiddleOf(sorted);
        return [what, wanted, string.Create(CultureInfo.InvariantCulture, $"{median:0.00} ({sorted[0]:0.00} to {sorted[^1]:0.00})"), Verdict(sorted, median, holds)];
    }

    private static string Verdict(double[] rounds, double median, Func<double, bool> holds) =>
        Array.TrueForAll(rounds, round => holds(round)) ? "reached" : holds(median) ? "reached by the median alone" : "**missed**";

    private IEnumerable<double> Each(string benchCase, string metric) => Of(benchCase, metric).Where(it => it.Relay == Ours).Select(it => it.Value);

    /// <summary>To the best of others that were measured within the same seconds, so that a slow minute of the machine is not held against one of them.</summary>
    private IEnumerable<double> Ratios(string benchCase, string metric, Func<Figure, bool> others) =>
        from round in Of(benchCase, metric).GroupBy(it => it.Round)
        let ours = round.Where(it => it.Relay == Ours).ToArray()
        let best = round.Where(others).Select(it => it.Value).DefaultIfEmpty().Max()
        where ours.Length > 0 && best > 0
        select ours[0].Value / best;

    private bool IsPeer(Figure figure) => run.Peers.Any(peer => peer.Id == figure.Relay);

    private IEnumerable<Figure> Of(string benchCase, string metric) => run.Figures.Where(it => it.Case == benchCase && it.Metric == metric);
}
