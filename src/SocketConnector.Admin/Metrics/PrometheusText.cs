using System.Globalization;
using System.Text;

namespace SocketConnector.Admin.Metrics;

/// <summary>The text exposition format of Prometheus, version 0.0.4.</summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Of(IEnumerable<MetricFamily> families)
    {
        var text = new StringBuilder();
        foreach (MetricFamily family in families)
        {
            Append(text, family);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, MetricFamily family)
    {
        if (!string.IsNullOrEmpty(family.Help))
        {
            text.Append("# HELP ").Append(family.Name).Append(' ');
            AppendEscaped(text, family.Help, isQuoted: false);
            text.Append('\n');
        }

        text.Append("# TYPE ").Append(family.Name).Append(' ').Append(family.Kind switch
        {
            MetricKind.Counter => "counter",
            MetricKind.Gauge => "gauge",
            _ => "histogram",
        }).Append('\n');
        foreach (MetricSeries series in family.Series)
        {
            if (series.Buckets is { } buckets)
            {
                AppendHistogram(text, family.Name, series, buckets);
            }
            else
            {
                AppendSample(text, family.Name, series, bound: null, series.Value);
            }
        }
    }

    /// <summary>Each bucket counts those below as well, and the last one has no bound.</summary>
    private static void AppendHistogram(StringBuilder text, string name, MetricSeries series, (IReadOnlyList<double> Bounds, IReadOnlyList<long> Counts) buckets)
    {
        long count = 0;
        for (int i = 0; i < buckets.Counts.Count; i++)
        {
            count += buckets.Counts[i];
            AppendSample(text, $"{name}_bucket", series, i < buckets.Bounds.Count ? buckets.Bounds[i] : double.PositiveInfinity, count);
        }

        AppendSample(text, $"{name}_sum", series, bound: null, series.Value);
        AppendSample(text, $"{name}_count", series, bound: null, count);
    }

    private static void AppendSample(StringBuilder text, string name, MetricSeries series, double? bound, double value)
    {
        text.Append(name);
        char before = '{';
        foreach ((string label, string labelValue) in series.Labels)
        {
            text.Append(before).Append(label).Append("=\"");
            AppendEscaped(text, labelValue, isQuoted: true);
            text.Append('"');
            before = ',';
        }

        if (bound is { } upper)
        {
            text.Append(before).Append("le=\"").Append(Number(upper)).Append('"');
            before = ',';
        }

        if (before == ',')
        {
            text.Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static void AppendEscaped(StringBuilder text, string value, bool isQuoted)
    {
        foreach (char letter in value)
        {
            _ = letter switch
            {
                '\\' => text.Append(@"\\"),
                '\n' => text.Append(@"\n"),
                '"' when isQuoted => text.Append("\\\""),
                _ => text.Append(letter),
            };
        }
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };
}
