using System.Diagnostics.Metrics;

namespace SocketConnector.Tests.Diagnostics;

/// <summary>Makes the meter of one connector, by which a test knows its measurements from those of others.</summary>
internal sealed class OneMeter : IMeterFactory
{
    public Meter? Meter { get; private set; }

    public Meter Create(MeterOptions options) => Meter = new Meter(options);

    public void Dispose() => Meter?.Dispose();
}
