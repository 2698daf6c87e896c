using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace SocketConnector.Diagnostics;

/// <summary>The meter <c>SocketConnector</c>: seconds and bytes, tags of few values. Nothing is measured when nobody listens.</summary>
internal sealed class ConnectorMetrics
{
    private readonly UpDownCounter<long>? _active;
    private readonly Counter<long>? _closed;
    private readonly Histogram<double>? _duration;
    private readonly Counter<long>? _bytes;

    public ConnectorMetrics(IMeterFactory? factory)
    {
        if (factory is null)
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

    public void Joined() => _active?.Add(1);

    public void Closed(CloseReason reason, Side? side) => _closed?.Add(1, Cause(reason, side));

    public void Ended(CloseInfo info, long bytesAToB, long bytesBToA)
    {
        _active?.Add(-1);
        _duration?.Record(info.Duration.TotalSeconds, Cause(info.Reason, info.Side));
        _bytes?.Add(bytesAToB, new KeyValuePair<string, object?>("direction", "a_to_b"));
        _bytes?.Add(bytesBToA, new KeyValuePair<string, object?>("direction", "b_to_a"));
    }

    private static TagList Cause(CloseReason reason, Side? side) => new() { { "reason", reason.ToString() }, { "side", side?.ToString() ?? "none" } };
}
