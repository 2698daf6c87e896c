using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using SocketConnector.Diagnostics;

namespace SocketConnector.Cli.Telemetry;

/// <summary>Exports metrics and spans by OTLP while the program runs. What else the standard variables say, such as headers or the protocol, the exporters read themselves.</summary>
internal sealed class OtlpExport : IAsyncDisposable
{
    private const string Source = "SocketConnector";

    /// <summary>How long a collector may take for what is left at the end.</summary>
    private static readonly TimeSpan _lastWords = TimeSpan.FromSeconds(2);

    private readonly MeterScope _meters;
    private readonly TracerProvider? _traces;
    private readonly MeterProvider? _metrics;

    private OtlpExport(OtlpVariables variables, MeterScope meters)
    {
        _meters = meters;

        // The variables come last, and so win.
        ResourceBuilder resource = ResourceBuilder.CreateEmpty()
            .AddService("socketconnector", serviceVersion: typeof(OtlpExport).Assembly.GetName().Version?.ToString(3))
            .AddTelemetrySdk()
            .AddEnvironmentVariableDetector();
        _traces = variables.Traces ? Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(Source).AddOtlpExporter().Build() : null;
        _metrics = variables.Metrics ? Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Source).AddOtlpExporter().Build() : null;
    }

    /// <summary>Begins to export, if the environment asks for it. Otherwise nothing of OpenTelemetry is loaded.</summary>
    /// <param name="meters">Of what is measured. Not owned.</param>
    /// <param name="tell">Told what is wrong with a variable.</param>
    public static OtlpExport? FromEnvironment(MeterScope meters, Action<string> tell)
    {
        var variables = OtlpVariables.Read(Environment.GetEnvironmentVariable);
        if (variables.Trouble is { } trouble)
        {
            tell(trouble);
        }

        if (!variables.Traces && !variables.Metrics)
        {
            return null;
        }

        try
        {
            return new OtlpExport(variables, meters);
        }
        catch (ArgumentException error)
        {
            tell($"warning: nothing is exported by OTLP, since a variable of it is wrong: {ArgumentText.Of(error)}");
            return null;
        }
    }

    public ConnectorOptions Apply(ConnectorOptions options) => _metrics is null ? options : options with { MeterFactory = _meters };

    /// <summary>Sends what is left, and gives up after a moment.</summary>
    public async ValueTask DisposeAsync() =>
        await Task.WhenAll(Task.Run(() => _traces?.Shutdown((int)_lastWords.TotalMilliseconds)), Task.Run(() => _metrics?.Shutdown((int)_lastWords.TotalMilliseconds)));
}
