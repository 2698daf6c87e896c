using System.Globalization;
using SocketConnector.Bench.Reporting;

namespace SocketConnector.Bench.Seeing;

/// <summary>The figures of one case, in columns.</summary>
internal static class SeeingTable
{
    private static readonly string[] _ofPairs = ["measured", "without", "with", "ratio", "wanted", "", "each pair"];
    private static readonly string[] _ofLimits = ["measured", "median", "least", "most", "wanted", ""];

    /// <summary>
    /// Medians of both sides, and the median of the ratios of the pairs, which is not the ratio of the medians. What the watcher has cost comes last.
    /// </summary>
    public static string Of(IEnumerable<Pair> pairs) =>
        Write([_ofPairs, .. pairs.GroupBy(pair => pair.What).OrderBy(each => each.All(pair => pair.Without is null)).Select(Row)]);

    public static string Of(IEnumerable<Limit> limits) => Write([_ofLimits, .. limits.Select(Row)]);

    private static string[] Row(IGrouping<string, Pair> pairs)
    {
        double[] ratios = [.. pairs.Select(pair => pair.Ratio).OfType<double>().Where(double.IsFinite)];
        double? ratio = ratios.Length > 0 ? Median(ratios) : null, least = pairs.First().Least;
        double[] without = [.. pairs.Select(pair => pair.Without).OfType<double>()];
        return
        [
            pairs.Key,
            without.Length > 0 ? Number(Median(without)) : "",
            Number(Median(pairs.Select(pair => pair.With))),
            Ratio(ratio),
            least is null ? "" : $"{Ratio(least)} or more",
            ratio < least ? "MISSED" : ratio >= least ? "holds" : "",
            string.Join(' ', ratios.Select(each => Ratio(each))),
        ];
    }

    private static string[] Row(Limit limit)
    {
        double median = Median(limit.Values);
        return
        [
            limit.What,
            Number(median),
            Number(limit.Values.Min()),
            Number(limit.Values.Max()),
            limit.Most is null ? "" : $"less than {Number(limit.Most.Value)}",
            limit.Most is null ? "" : median < limit.Most ? "holds" : "MISSED",
        ];
    }

    private static double Median(IEnumerable<double> values) => Run.MiddleOf([.. values.Order()]);

    private static string Ratio(double? value) => value?.ToString("0.000", CultureInfo.InvariantCulture) ?? "";

    /// <summary>Three digits that count, at least.</summary>
    private static string Number(double value) => value.ToString(
        Math.Abs(value) switch { >= 100 => "0", >= 10 => "0.0", >= 1 => "0.00", _ => "0.0000" }, CultureInfo.InvariantCulture);

    private static string Write(IReadOnlyList<string[]> rows)
    {
        int[] widths = [.. rows[0].Select((_, column) => rows.Max(row => row[column].Length))];
        return string.Join('\n', rows.Select(row => string.Join("  ", row.Select((cell, column) =>
            column is 0 or > 3 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd()));
    }
}
