using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace SocketConnector.Diagnostics;

/// <summary>The instruments of the meter. Every call runs the code of whatever listens to it.</summary>
/// <param name="factory">The user's.</param>
/// <param name="name">The connector's, a tag of every measurement where it has one: all connectors of a factory share one meter.</param>
internal sealed class MeterInstruments(IMeterFactory factory, string? name)
{
    private UpDownCounter<long>? _active;
    private Counter<long>? _closed;
    private Histogram<double>? _duration;
    private Counter<long>? _bytes;
    private long _lost;

    /// <summary>How many measurements a listener failed on.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Makes them, once. Until that succeeds nothing is measured, and nothing lost.</summary>
    public void Make()
    {
        if (_bytes is not null)
        {
            return;
        }

        // The factory owns the meter, and gives every connector the same one.
        Meter meter = factory.Create("SocketConnector");
        _active = meter.CreateUpDownCounter<long>("socketconnector.connections.active", "{connection}", "Connections that are joined now.");
        _closed = meter.CreateCounter<long>("socketconnector.closed", "{close}", "Connections, and peers never joined, that were closed.");
        _duration = meter.CreateHistogram<double>("socketconnector.connection.duration", "s", "How long connections were joined.");
        _bytes = meter.CreateCounter<long>("socketconnector.bytes", "By", "Bytes delivered by connections that have ended.");
    }

    public void Joined(long change) => Measure(() => _active!.Add(change, Tags()));

    public void Closed(CloseCount closed) => Measure(() => _closed!.Add(closed.Count, Tags(closed.Reason, closed.Side)));

    public void Lasted(double seconds, Cause cause) => Measure(() => _duration!.Record(seconds, Tags(cause.Reason, cause.Side)));

    public void Moved(long bytesAToB, long bytesBToA)
    {
        Measure(() => _bytes!.Add(bytesAToB, Tags("a_to_b")));
        Measure(() => _bytes!.Add(bytesBToA, Tags("b_to_a")));
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

    private TagList Tags()
    {
        TagList tags = default;
        if (name is not null)
        {
            tags.Add("socketconnector.connector.name", name);
        }

        return tags;
    }

    private TagList Tags(string direction)
    {
        TagList tags = Tags();
        tags.Add("direction", direction);
        return tags;
    }

    private TagList Tags(CloseReason reason, Side? side)
    {
        TagList tags = Tags();
        tags.Add("reason", CloseReasonName.Of(reason));
        tags.Add("side", side?.ToString() ?? "none");
        return tags;
    }
}
