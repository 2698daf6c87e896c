using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace SocketConnector.Admin.Metrics;

/// <summary>Listens to the library's meter and keeps its sums. What was measured before it began is not in them.</summary>
internal sealed class MeterReader : IDisposable
{
    private const string MeterName = "SocketConnector";

    private readonly ConcurrentDictionary<Instrument, InstrumentSum> _sums = new();
    private readonly Lock _gate = new();
    private readonly MeterListener _listener = new();
    private long _failed;

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
        _listener.MeasurementsCompleted = (instrument, _) => _sums.TryRemove(instrument, out InstrumentSum? _);
        _listener.SetMeasurementEventCallback<byte>(static (_, value, tags, sum) => Record(value, tags, sum));
        _listener.SetMeasurementEventCallback<short>(static (_, value, tags, sum) => Record(value, tags, sum));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, sum) => Record(value, tags, sum));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, sum) => Record(value, tags, sum));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, sum) => Record(value, tags, sum));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, sum) => Record(value, tags, sum));
        _listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, sum) => Record((double)value, tags, sum));
        _listener.Start();
    }

    /// <summary>The metrics as they are now, in order of their names; those of one name from several meters as one.</summary>
    public IReadOnlyList<MetricFamily> Read()
    {
        lock (_gate)
        {
            foreach (InstrumentSum sum in _sums.Values)
            {
                sum.BeginObserving();
            }

            Observe();
            return [.. _sums.Values.Select(static sum => sum.Snapshot())
                .GroupBy(static family => family.Name, StringComparer.Ordinal)
                .Select(static group => group.First() with { Series = [.. group.SelectMany(static family => family.Series)] })
                .OrderBy(static family => family.Name, StringComparer.Ordinal), Dropped()];
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

    private static void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? sum) => ((InstrumentSum)sum!).Record(value, tags);

    private MetricFamily Dropped() => new("socketconnector_admin_dropped_measurements_total", MetricKind.Counter, "Measurements that were not kept: an instrument has too many sets of tags, or failed.")
    {
        Series = [new MetricSeries([], _failed + _sums.Values.Sum(static sum => sum.Dropped))],
    };
}
