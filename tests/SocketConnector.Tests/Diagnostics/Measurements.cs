using System.Diagnostics.Metrics;

namespace SocketConnector.Tests.Diagnostics;

/// <summary>Listens to one meter, and keeps what it is told: the sums of counters and histograms, and the last value of what is observed.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly Lock _gate = new();
    private readonly MeterListener _listener;
    private readonly Dictionary<string, double> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _tags = new(StringComparer.Ordinal);

    public Measurements()
    {
        _listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (ReferenceEquals(instrument.Meter, Factory.Meter))
                {
                    lock (_gate)
                    {
                        Instruments.Add(instrument);
                    }

                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>For the connectors that are listened to.</summary>
    public OneMeter Factory { get; } = new();

    public List<Instrument> Instruments { get; } = [];

    /// <summary>Each series that was told: the instrument's name, and its tags in order, as in <c>socketconnector.io socketconnector.direction=a_to_b</c>.</summary>
    public IReadOnlyCollection<string> Series
    {
        get
        {
            lock (_gate)
            {
                return [.. _values.Keys];
            }
        }
    }

    /// <summary>Collects what is observed, and looks.</summary>
    public double? Value(string series)
    {
        _listener.RecordObservableInstruments();
        lock (_gate)
        {
            return _values.TryGetValue(series, out double value) ? value : null;
        }
    }

    /// <summary>The tags that an instrument was told with so far.</summary>
    public IReadOnlyCollection<string> TagsOf(string instrument)
    {
        lock (_gate)
        {
            return _tags.TryGetValue(instrument, out HashSet<string>? tags) ? [.. tags] : [];
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        Factory.Dispose();
    }

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string[] names = [.. tags.ToArray().Select(tag => tag.Key)];
        string series = string.Join(' ', [instrument.Name, .. tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal)]);
        lock (_gate)
        {
            _values[series] = instrument.IsObservable ? value : _values.GetValueOrDefault(series) + value;
            if (!_tags.TryGetValue(instrument.Name, out HashSet<string>? known))
            {
                _tags.Add(instrument.Name, known = new HashSet<string>(StringComparer.Ordinal));
            }

            known.UnionWith(names);
        }
    }
}
