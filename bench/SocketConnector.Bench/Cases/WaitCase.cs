using SocketConnector.Bench.Measuring;
using SocketConnector.Bench.Relays;

namespace SocketConnector.Bench.Cases;

/// <summary>What ends cost that wait: memory and descriptors beyond those of the same process without them.</summary>
internal sealed class WaitCase() : BenchCase(Name)
{
    public const string Name = "wait-5000";
    private const int Ends = MeetWaitingCase.Others;

    public override bool NeedsFreshRelay => true;

    protected override bool Meets => true;

    // The relay's limit of them, 1000, is for whoever brings no ticket, and no flag of the program raises it.
    public override bool Suits(RelayRecipe relay) => base.Suits(relay) && relay.WaitsIn == relay.Protocol;

    public override async Task<IReadOnlyDictionary<string, double>> MeasureAsync(Stage stage)
    {
        await stage.MeetAsync(16, 500, 5);
        await stage.Relay.ComeToRestAsync();
        await IdleCase.SettleAsync();
        (double memory, int descriptors) = (stage.Relay.Tree.PssKiB(), stage.Relay.Tree.Descriptors());
        await using LoadProcess waiting = await stage.WaitAsync(Ends);
        await IdleCase.SettleAsync();
        var figures = new Dictionary<string, double>(StringComparer.Ordinal)
        {
            [MetricName.MemoryPerEnd] = (stage.Relay.Tree.PssKiB() - memory) / Ends,
            [MetricName.DescriptorsPerEnd] = (stage.Relay.Tree.Descriptors() - descriptors) / (double)Ends,
        };
        await waiting.ReceivedAsync();
        return figures;
    }
}
