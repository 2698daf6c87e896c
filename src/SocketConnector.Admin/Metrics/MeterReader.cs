using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace SocketConnector.Admin.Metrics;

/// <summary>Listens to the library's meter and keeps its sums. What was measured before it began is not in them.</summary>
internal sealed class MeterReader : IDisposable
{
    private const string MeterName = "SocketConnector";

    private readonly ConcurrentDictionary<Instrument, InstrumentSum> _sums = new();
    private readonly Dictionary<string, MetricFamily> _ended = new(StringComparer.Ordinal);
    private readonly Lock _endedGate = new();
    private readonly Lock _gate = new();
    private readonly MeterListener _listener = new();
    private long _failed;
    private long _endedDropped;

    /// <param name="factory">Whose meters it listens to; <see langword="null"/> for all of that name.</param>
    public MeterReader(IMeterFactory? factory)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == MeterName && (factory is null || ReferenceEquals(instrument.Meter.Scope, factory)))
            {
                listener.EnableMeasurementEvents(instrument, _sums.GetOrAdd(instrument, static one => new InstrumentSum(one)));
            }
        };
        _listener.MeasurementsCompleted = (instrument, _) => End(instrument);
        _listener.SetMeasurementEventCallback<byte>(static (_, value, tags, sum) => Record(value, tags, sum));
        _listener.SetMeasurementEventCallback<short>(static (_, value, tags, sum) => Record(value, tags, sum));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, sum) => Record(value, tags, sum));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, sum) => Record(value, tags, sum));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, sum) => Record(value, tags, sum));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, sum) => Record(value, tags, sum));
        _listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, sum) => Record((double)value, tags, sum));
        _listener.Start();
    }

    /// <summary>The metrics as they are now, in order of their names; those of one name from several meters are summed.</summary>
    public IReadOnlyList<MetricFamily> Read()
    {
        lock (_gate)
        {
            foreach (InstrumentSum sum in _sums.Values)
            {
                sum.BeginObserving();
            }

            Observe();
            lock (_endedGate)
            {
                return [.. FamilySum.Of([.. _ended.Values, .. _sums.Values.Select(static sum => sum.Snapshot())]), Dropped()];
            }
        }
    }

    public void Dispose() => _listener.Dispose();

    /// <summary>Runs the code of whatever is observed; one that throws costs its own values, and those are counted.</summary>
    private void Observe()
    {
        try
        {
            _listener.RecordObservableInstruments();
        }
        catch (Exception)
        {
            _failed++;
        }
    }

    /// <summary>
    /// What has been counted stays when its meter goes: Prometheus would take a sum over fewer meters for a restart. A gauge goes.
    /// The code of others runs under no lock that is taken here: whoever disposes a meter may hold locks of its own.
    /// </summary>
    private void End(Instrument instrument)
    {
        lock (_endedGate)
        {
            if (!_sums.TryRemove(instrument, out InstrumentSum? sum))
            {
                return;
            }

            _endedDropped += sum.Dropped;
            if (sum.Last() is { Kind: not MetricKind.Gauge } last)
            {
                MetricFamily all = _ended.TryGetValue(last.Name, out MetricFamily? before) ? FamilySum.Of([before, last])[0] : last;
                _ended[last.Name] = all with { Series = [.. all.Series.Take(InstrumentSum.MaxSeries)] };
            }
        }
    }

    private static void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? sum) => ((InstrumentSum)sum!).Record(value, tags);

    private MetricFamily Dropped() => new("socketconnector_admin_dropped_measurements_total", MetricKind.Counter, "Measurements that were not kept: an instrument has too many sets of tags, or failed.")
    {
        Series = [new MetricSeries([], _failed + _endedDropped + _sums.Values.Sum(static sum => sum.Dropped))],
    };
}
