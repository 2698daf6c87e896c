namespace SocketConnector.Admin.Metrics;

/// <summary>Kinds of metrics that the text format knows.</summary>
internal enum MetricKind
{
    /// <summary>Only grows.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>How often values were within which bounds.</summary>
    Histogram,
}

/// <summary>One metric with all of its series, as it was at one moment.</summary>
/// <param name="Name">As <see cref="MetricName"/> makes it.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Help">What it measures.</param>
internal sealed record MetricFamily(string Name, MetricKind Kind, string? Help)
{
    public required IReadOnlyList<MetricSeries> Series { get; init; }
}

/// <summary>The values of one set of labels.</summary>
/// <param name="Labels">Names and values, in the order in which they are written.</param>
/// <param name="Value">The value; of a histogram, the sum.</param>
internal sealed record MetricSeries(IReadOnlyList<KeyValuePair<string, string>> Labels, double Value)
{
    /// <summary>Of a histogram: upper bounds in order, and how many values were in each (not those below); one more count than bounds.</summary>
    public (IReadOnlyList<double> Bounds, IReadOnlyList<long> Counts)? Buckets { get; init; }

    /// <summary>The same for the same labels.</summary>
    public static string Key(IEnumerable<KeyValuePair<string, string>> labels) => string.Join('\u0001', labels.Select(static label => $"{label.Key}\u0002{label.Value}"));
}
