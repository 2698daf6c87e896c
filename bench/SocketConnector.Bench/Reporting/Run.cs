using SocketConnector.Bench.Measuring;

namespace SocketConnector.Bench.Reporting;

/// <summary>All that a run found, and what it ran on.</summary>
internal sealed record Run(
    IReadOnlyList<Fact> Facts, IReadOnlyList<Contender> Relays, IReadOnlyList<Figure> Figures, IReadOnlyList<string> Failures)
{
    public IEnumerable<Contender> Ours => Relays.Where(relay => relay.IsOurs);

    public IEnumerable<Contender> Peers => Relays.Where(relay => !relay.IsOurs && relay.Id != "direct");

    /// <summary>The middle of the rounds; none when it was not measured.</summary>
    public double? Median(string benchCase, string relay, string metric)
    {
        double[] values = [.. Figures
            .Where(figure => figure.Case == benchCase && figure.Relay == relay && figure.Metric == metric)
            .Select(figure => figure.Value).Order()];
        return values.Length == 0 ? null : MiddleOf(values);
    }

    /// <summary>Of values in order; there is one at least.</summary>
    public static double MiddleOf(double[] sorted)
    {
        int half = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    public bool Has(string benchCase) => Figures.Any(figure => figure.Case == benchCase);
}

/// <summary>A version, the machine, the date: what a figure means nothing without.</summary>
internal sealed record Fact(string Name, string Value);

/// <summary>A relay as the page knows it.</summary>
internal sealed record Contender(string Id, string Title, bool IsOurs);
