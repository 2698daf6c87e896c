namespace SocketConnector.Bench.Measuring;

/// <summary>One measured number.</summary>
internal sealed record Figure(int Round, string Case, string Relay, string Metric, double Value);

/// <summary>What is measured, by the names that the raw figures have.</summary>
internal static class MetricName
{
    public const string Throughput = "gbit_per_s";
    public const string CpuPerGigabyte = "cpu_s_per_gb";
    public const string P50 = "p50_us";
    public const string P99 = "p99_us";
    public const string P999 = "p999_us";
    public const string Samples = "samples";
    public const string RoundTrips = "round_trips_per_s";
    public const string CpuPerRoundTrip = "cpu_us_per_round_trip";
    public const string Connections = "connections_per_s";
    public const string FirstByte = "first_byte_ms";
    public const string CpuPerConnection = "cpu_ms_per_connection";
    public const string Pairs = "pairs_per_s";
    public const string CpuPerPair = "cpu_ms_per_pair";
    public const string LoadCpuPerPair = "load_cpu_ms_per_pair";
    public const string FailedShare = "failed_percent";
    public const string P50Alone = "p50_us_alone";
    public const string P99Alone = "p99_us_alone";
    public const string MemoryPerEnd = "pss_kib_per_end";
    public const string DescriptorsPerEnd = "descriptors_per_end";
    public const string Memory = "pss_kib_per_pair";
    public const string Descriptors = "descriptors_per_pair";
}
