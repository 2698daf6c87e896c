namespace SocketConnector.Bench.Seeing;

/// <summary>Reads <c>/metrics</c> each second, as Prometheus in a hurry would, beside a collector that gets them each second.</summary>
internal sealed class MetricsReader : IWatcher
{
    private const int ExportMilliseconds = 1_000;
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private readonly AdminHttp _admin;
    private readonly Collector _collector;
    private readonly int _exports;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _reading;
    private int _reads;

    private MetricsReader(AdminHttp admin, Collector collector)
    {
        (_admin, _collector, _exports) = (admin, collector, collector.Exports);
        _reading = ReadOnAsync();
    }

    /// <summary>What tells a relay to export its metrics, and nothing else, to a collector.</summary>
    public static string[] VariablesFor(Collector collector) =>
    [
        $"OTEL_EXPORTER_OTLP_ENDPOINT={collector.Url}",
        "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
        $"OTEL_METRIC_EXPORT_INTERVAL={ExportMilliseconds}",
        "OTEL_TRACES_EXPORTER=none",
    ];

    /// <summary>Returns once the relay exports.</summary>
    public static async Task<MetricsReader> StartAsync(SeenRelay relay, Collector collector)
    {
        int exports = collector.Exports;
        using var late = new CancellationTokenSource(_patience);
        while (collector.Exports == exports)
        {
            if (late.IsCancellationRequested)
            {
                throw new InvalidOperationException("the relay exports nothing");
            }

            await Task.Delay(10);
        }

        return new MetricsReader(new AdminHttp(relay.Socket), collector);
    }

    public IReadOnlyList<Reading> Read() => _reading.IsFaulted || _reads == 0
        ? throw new InvalidOperationException("nothing was read from /metrics", _reading.Exception)
        : [new("- exports, and readings of /metrics, meanwhile", _collector.Exports - _exports + _reads)];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _admin.Dispose();
        _stop.Dispose();
    }

    private async Task ReadOnAsync()
    {
        using var timer = new PeriodicTimer(_interval);
        do
        {
            await _admin.MetricsAsync();
            _reads++;
        }
        while (await timer.WaitForNextTickAsync(_stop.Token));
    }
}
