using SocketConnector.Cli.Telemetry;

namespace SocketConnector.Cli.Tests.Telemetry;

public sealed class OtlpVariablesTests
{
    private const string Url = "http://localhost:4318";

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true, "OTEL_EXPORTER_OTLP_ENDPOINT=" + Url)]
    [InlineData(true, false, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=" + Url)]
    [InlineData(false, true, "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=" + Url)]
    [InlineData(false, true, "OTEL_EXPORTER_OTLP_ENDPOINT=" + Url, "OTEL_TRACES_EXPORTER=none")]
    [InlineData(true, true, "OTEL_EXPORTER_OTLP_ENDPOINT=" + Url, "OTEL_TRACES_EXPORTER=otlp", "OTEL_METRICS_EXPORTER=")]
    [InlineData(false, false, "OTEL_EXPORTER_OTLP_ENDPOINT=" + Url, "OTEL_SDK_DISABLED=TRUE")]
    [InlineData(false, false, "OTEL_EXPORTER_OTLP_ENDPOINT=")]
    public void B136_What_is_exported_is_what_the_standard_variables_say(bool traces, bool metrics, params string[] variables) =>
        Assert.Equal(new OtlpVariables(traces, metrics, null), Read(variables));

    [Theory]
    [InlineData("localhost:4318")]
    [InlineData("ftp://localhost")]
    public void B136_What_is_no_address_of_a_collector_is_told(string url)
    {
        OtlpVariables read = Read($"OTEL_EXPORTER_OTLP_ENDPOINT={url}");
        Assert.Equal((false, false), (read.Traces, read.Metrics));
        Assert.Contains($"OTEL_EXPORTER_OTLP_ENDPOINT is '{url}'", read.Trouble, StringComparison.Ordinal);
    }

    private static OtlpVariables Read(params string[] variables)
    {
        var known = variables.ToDictionary(variable => variable.Split('=')[0], variable => variable[(variable.IndexOf('=', StringComparison.Ordinal) + 1)..], StringComparer.Ordinal);
        return OtlpVariables.Read(known.GetValueOrDefault);
    }
}
