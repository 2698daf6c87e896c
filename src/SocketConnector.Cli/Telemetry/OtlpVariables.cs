namespace SocketConnector.Cli.Telemetry;

/// <summary>What OpenTelemetry's standard variables ask for (Environment Variable Specification; OTLP Exporter Configuration).</summary>
/// <param name="Traces">Whether spans are exported.</param>
/// <param name="Metrics">Whether metrics are.</param>
/// <param name="Trouble">Why one of them cannot be; nothing is exported then.</param>
internal sealed record OtlpVariables(bool Traces, bool Metrics, string? Trouble)
{
    private const string EndPoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <param name="get">Reads a variable.</param>
    public static OtlpVariables Read(Func<string, string?> get)
    {
        if (string.Equals(get("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase))
        {
            return new OtlpVariables(false, false, null);
        }

        string? trouble = null;
        bool traces = IsAsked("TRACES"), metrics = IsAsked("METRICS");
        return new OtlpVariables(traces && trouble is null, metrics && trouble is null, trouble);

        // A signal has a variable of its own beside the common one, and may have another exporter, or none.
        bool IsAsked(string signal)
        {
            string own = $"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT";
            string name = get(own) is { Length: > 0 } ? own : EndPoint;
            if (get(name) is not { Length: > 0 } url || get($"OTEL_{signal}_EXPORTER") is not (null or "" or "otlp"))
            {
                return false;
            }

            if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? parsed) || parsed.Scheme is not ("http" or "https"))
            {
                trouble ??= $"{name} is '{url}', which is no URL of a collector, such as http://localhost:4318; nothing is exported";
            }

            return true;
        }
    }
}
