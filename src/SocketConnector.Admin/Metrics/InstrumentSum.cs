using System.Diagnostics.Metrics;
using System.Globalization;

namespace SocketConnector.Admin.Metrics;

/// <summary>What one instrument has measured so far, by its tags. Bounded: further sets of tags are counted and not kept.</summary>
internal sealed class InstrumentSum
{
    /// <summary>Sets of tags. The library's have some dozens; a program that tags by address must not fill the memory.</summary>
    internal const int MaxSeries = 1000;

    // As the HTTP metrics of ASP.NET Core, in seconds, and further up: connections last longer than requests.
    private static readonly double[] _defaultBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 3600];

    private readonly Lock _gate = new();
    private readonly string _name;
    private readonly string? _help;
    private readonly double[]? _bounds;
    private readonly bool _isAbsolute;
    private readonly MetricKind _kind;
    private Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private Dictionary<string, Entry> _former = new(StringComparer.Ordinal);

    public InstrumentSum(Instrument instrument)
    {
        (_kind, _isAbsolute) = KindOf(instrument);
        (_name, _help) = (MetricName.Of(instrument.Name, instrument.Unit, _kind == MetricKind.Counter), instrument.Description);
        _bounds = _kind == MetricKind.Histogram ? BoundsOf(instrument) : null;
    }

    /// <summary>Measurements that were not kept.</summary>
    public long Dropped { get; private set; }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_gate)
        {
            if (EntryOf(tags) is not { } entry)
            {
                Dropped++;
            }
            else if (_bounds is not null)
            {
                entry.Value += value;
                int at = Array.BinarySearch(_bounds, value);
                entry.Counts![at < 0 ? ~at : at]++;
            }
            else
            {
                entry.Value = _isAbsolute ? value : entry.Value + value;
            }
        }
    }

    /// <summary>What is observed afresh each time begins with nothing: a set of tags that is gone is not told any more.</summary>
    public void BeginObserving()
    {
        lock (_gate)
        {
            if (_isAbsolute)
            {
                (_entries, _former) = (new Dictionary<string, Entry>(StringComparer.Ordinal), _entries);
            }
        }
    }

    public MetricFamily Snapshot()
    {
        lock (_gate)
        {
            return Of(_entries);
        }
    }

    /// <summary>When the instrument is gone: what was observed before, where it went while all were observed afresh.</summary>
    public MetricFamily Last()
    {
        lock (_gate)
        {
            return Of(_entries.Count == 0 ? _former : _entries);
        }
    }

    /// <summary>By the type's name: instruments are generic, and those of a user's own are none of these.</summary>
    private static (MetricKind Kind, bool IsAbsolute) KindOf(Instrument instrument) => instrument.GetType().Name switch
    {
        "Counter`1" => (MetricKind.Counter, false),
        "ObservableCounter`1" => (MetricKind.Counter, true),
        "UpDownCounter`1" => (MetricKind.Gauge, false),
        "Histogram`1" => (MetricKind.Histogram, false),
        _ => (MetricKind.Gauge, true),
    };

    private static double[] BoundsOf(Instrument instrument) => instrument switch
    {
        Instrument<double> { Advice.HistogramBucketBoundaries: { Count: > 0 } bounds } => [.. bounds],
        Instrument<long> { Advice.HistogramBucketBoundaries: { Count: > 0 } bounds } => [.. bounds.Select(static bound => (double)bound)],
        Instrument<int> { Advice.HistogramBucketBoundaries: { Count: > 0 } bounds } => [.. bounds.Select(static bound => (double)bound)],
        _ => _defaultBounds,
    };

    private MetricFamily Of(Dictionary<string, Entry> entries) => new(_name, _kind, _help)
    {
        Series = [.. entries.Values.Select(entry => new MetricSeries(entry.Labels, entry.Value)
        {
            Buckets = _bounds is null ? null : (_bounds, [.. entry.Counts!]),
        })],
    };

    private Entry? EntryOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        KeyValuePair<string, string>[] labels = LabelsOf(tags);
        string key = MetricSeries.Key(labels);
        if (_entries.TryGetValue(key, out Entry? entry) || _entries.Count >= MaxSeries)
        {
            return entry;
        }

        entry = new Entry(labels) { Counts = _bounds is null ? null : new long[_bounds.Length + 1] };
        _entries.Add(key, entry);
        return entry;
    }

    /// <summary>In order of their names, so that the order in which they were given makes no second series; of two that become one name, the last.</summary>
    private static KeyValuePair<string, string>[] LabelsOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string tag, object? value) in tags)
        {
            labels[MetricName.OfLabel(tag)] = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        }

        return [.. labels];
    }

    private sealed class Entry(KeyValuePair<string, string>[] labels)
    {
        public KeyValuePair<string, string>[] Labels => labels;

        public double Value { get; set; }

        public long[]? Counts { get; init; }
    }
}
