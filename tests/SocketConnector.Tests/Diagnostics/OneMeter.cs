using System.Diagnostics.Metrics;

namespace SocketConnector.Tests.Diagnostics;

/// <summary>Makes one meter, by which a test knows the measurements of its connectors from those of others.</summary>
internal sealed class OneMeter : IMeterFactory
{
    private readonly Lock _gate = new();

    public Meter? Meter { get; private set; }

    public Meter Create(MeterOptions options)
    {
        lock (_gate)
        {
            return Meter ??= new Meter(options);
        }
    }

    public void Dispose() => Meter?.Dispose();
}
