using SocketConnector.Bench.Measuring;

namespace SocketConnector.Bench.Cases;

/// <summary>Connect, handshake, a byte there and back, close in order; 16 at a time.</summary>
internal sealed class TlsConnectCase(bool resumes) : BenchCase(Name(resumes))
{
    private const int Concurrent = 16;

    protected override bool SpeaksTls => true;

    public static string Name(bool resumes) => resumes ? "tls-resumed" : "tls-full";

    public override async Task<IReadOnlyDictionary<string, double>> MeasureAsync(Stage stage)
    {
        await using LoadProcess server = await stage.ServeAsync();
        await stage.TlsConnectAsync(Concurrent, 300, resumes);
        await stage.Relay.ComeToRestAsync();
        double before = stage.Relay.Tree.CpuSeconds();
        IReadOnlyDictionary<string, double> said = await stage.TlsConnectAsync(Concurrent, stage.Options.Quick ? 1_000 : 4_000, resumes);
        await stage.Relay.ComeToRestAsync();
        double cpu = stage.Relay.Tree.CpuSeconds() - before;
        return said["failed"] > 0 ? throw new InvalidOperationException($"{said["failed"]} of {said["failed"] + said["connections"]} connections failed")
            : resumes != said["resumed"] >= said["connections"] ? throw new InvalidOperationException($"{said["resumed"]} of {said["connections"]} connections resumed a session")
            : new Dictionary<string, double>(StringComparer.Ordinal)
            {
                [MetricName.Connections] = said["per_second"],
                [MetricName.CpuPerConnection] = cpu * 1e3 / said["connections"],
                [MetricName.P50] = said["p50"],
                [MetricName.P99] = said["p99"],
            };
    }
}
