using System.Diagnostics.Metrics;

namespace SocketConnector.Cli.Telemetry;

/// <summary>Makes the one meter of this program, and marks it as its own.</summary>
internal sealed class MeterScope : IMeterFactory
{
    private readonly Lock _gate = new();
    private Meter? _meter;

    public Meter Create(MeterOptions options)
    {
        lock (_gate)
        {
            options.Scope = this;
            return _meter ??= new Meter(options);
        }
    }

    public void Dispose() => _meter?.Dispose();
}
