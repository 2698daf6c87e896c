using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace SocketConnector.Diagnostics;

/// <summary>The instruments of the meter as one connector uses them. Every call runs the code of whatever listens to it.</summary>
/// <param name="factory">The user's.</param>
/// <param name="name">The connector's, a tag of every measurement where it has one: all connectors of a factory share one meter.</param>
internal sealed class MeterInstruments(IMeterFactory factory, string? name)
{
    // A connection may last for a day.
    private static readonly InstrumentAdvice<double> _toADay = new() { HistogramBucketBoundaries = [0.01, 0.05, 0.1, 0.5, 1, 3, 10, 30, 60, 180, 600, 1800, 3600, 10800, 36000, 86400] };

    // OpenTelemetry's for what takes seconds, and up to the limits of time that connectors have.
    private static readonly InstrumentAdvice<double> _toAMinute = new() { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60] };

    private static readonly (string Name, string Description, InstrumentAdvice<double> Advice)[] _times =
    [
        ("socketconnector.connection.duration", "How long connections were joined.", _toADay),
        ("socketconnector.admission.duration", "How long the stages of admission took, for each peer.", _toAMinute),
        ("socketconnector.connect.duration", "How long it took to connect out, for each dial.", _toAMinute),
        ("socketconnector.tls.handshake.duration", "How long TLS handshakes took.", _toAMinute),
    ];

    private readonly Histogram<double>?[] _taken = new Histogram<double>?[_times.Length];
    private Counter<long>? _rejected;
    private ObservedConnectors? _observed;
    private long _lost;

    /// <summary>How many measurements a listener failed on.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Whether somebody listens. Before the instruments are made nobody knows, so everybody may.</summary>
    public bool IsListenedTo(MeasuredTime what) => Volatile.Read(ref _taken[(int)what]) is not { Enabled: false };

    /// <summary>Makes them, once. Until that succeeds nothing is measured, and nothing lost.</summary>
    /// <param name="totals">What is observed of the connector.</param>
    public void Make(IConnectorTotals totals)
    {
        if (_observed is not null)
        {
            return;
        }

        // The factory owns the meter, and gives every connector the same one; the meter does the same with its instruments.
        Meter meter = factory.Create("SocketConnector");
        for (int i = 0; i < _times.Length; i++)
        {
            Volatile.Write(ref _taken[i], meter.CreateHistogram(_times[i].Name, "s", _times[i].Description, tags: null, _times[i].Advice));
        }

        _rejected = meter.CreateCounter<long>("socketconnector.rejected", "{peer}", "Peers that were closed without having been joined.");
        var observed = ObservedConnectors.Of(meter);
        observed.Publish(meter);
        observed.Add(name, totals);
        _observed = observed;
    }

    /// <summary>The connector has ended.</summary>
    public void Retire(IConnectorTotals totals) => _observed?.Remove(name, totals);

    public void Rejected(CloseCount closed) => Measure(() => _rejected!.Add(closed.Count, Tags(closed.Reason, closed.Side)));

    public void Took(TimeTaken taken)
    {
        TagList tags = taken.What == MeasuredTime.Connect ? Tags(taken.Reason) : Tags(taken.Reason, taken.Side);
        if (taken.Protocol is { } protocol)
        {
            tags.Add(MeterTag.TlsVersion, protocol);
        }

        Measure(() => _taken[(int)taken.What]!.Record(taken.Seconds, tags));
    }

    /// <summary>One that fails must not cost the others; trying it again would tell the listeners before it twice.</summary>
    private void Measure(Action measure)
    {
        try
        {
            measure();
        }
        catch (Exception)
        {
            Interlocked.Increment(ref _lost);
        }
    }

    private TagList Tags(CloseReason? reason)
    {
        TagList tags = default;
        if (name is not null)
        {
            tags.Add(MeterTag.ConnectorName, name);
        }

        if (MeterTag.Of(reason) is { } error)
        {
            tags.Add(MeterTag.ErrorType, error);
        }

        return tags;
    }

    private TagList Tags(CloseReason? reason, Side? side)
    {
        TagList tags = Tags(reason);
        tags.Add(MeterTag.Side, MeterTag.Of(side));
        return tags;
    }
}
