namespace SocketConnector.Admin.Metrics;

/// <summary>
/// Sums families of one name, such as those of several meters, so that each set of labels is in it once: Prometheus takes nothing of a text that
/// has a series twice.
/// </summary>
internal static class FamilySum
{
    /// <summary>In order of their names. Where two of one name differ in kind, or two series in their buckets, the first is told alone.</summary>
    public static IReadOnlyList<MetricFamily> Of(IEnumerable<MetricFamily> families) =>
    [
        .. families.GroupBy(static family => family.Name, StringComparer.Ordinal)
            .Select(static group => Sum([.. group]))
            .OrderBy(static family => family.Name, StringComparer.Ordinal),
    ];

    private static MetricFamily Sum(MetricFamily[] families)
    {
        MetricFamily first = families[0];
        if (families.Length == 1)
        {
            return first;
        }

        var sums = new OrderedDictionary<string, MetricSeries>(StringComparer.Ordinal);
        foreach (MetricSeries series in families.Where(family => family.Kind == first.Kind).SelectMany(static family => family.Series))
        {
            string key = MetricSeries.Key(series.Labels);
            sums[key] = sums.TryGetValue(key, out MetricSeries? sum) ? Sum(sum, series) : series;
        }

        return first with { Series = [.. sums.Values] };
    }

    private static MetricSeries Sum(MetricSeries one, MetricSeries other)
    {
        if (one.Buckets is not { } mine || other.Buckets is not { } theirs)
        {
            return one with { Value = one.Value + other.Value };
        }

        return mine.Bounds.SequenceEqual(theirs.Bounds)
            ? one with { Value = one.Value + other.Value, Buckets = (mine.Bounds, [.. mine.Counts.Zip(theirs.Counts, static (count, more) => count + more)]) }
            : one;
    }
}
