using SocketConnector.Bench.Measuring;

namespace SocketConnector.Bench.Cases;

/// <summary>What connections cost that have done a handshake and say nothing: memory beyond that of the same process without them.</summary>
internal sealed class TlsIdleCase() : BenchCase(Name)
{
    public const string Name = "tls-idle";
    private const int Connections = 1000;

    public override bool NeedsFreshRelay => true;

    protected override bool SpeaksTls => true;

    public override async Task<IReadOnlyDictionary<string, double>> MeasureAsync(Stage stage)
    {
        await using LoadProcess server = await stage.ServeAsync();
        await stage.TlsConnectAsync(16, 500, resumes: false);
        await stage.Relay.ComeToRestAsync();
        await IdleCase.SettleAsync();
        double memory = stage.Relay.Tree.PssKiB();
        await using LoadProcess held = await stage.TlsHoldAsync(Connections);
        await IdleCase.SettleAsync();
        return new Dictionary<string, double>(StringComparer.Ordinal)
        {
            [MetricName.Memory] = (stage.Relay.Tree.PssKiB() - memory) / Connections,
        };
    }
}
