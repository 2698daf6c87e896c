using SocketConnector.Bench.Measuring;
using SocketConnector.Bench.Relays;

namespace SocketConnector.Bench.Cases;

/// <summary>What pairs cost that stand and say nothing: memory and descriptors beyond those of the same process without them.</summary>
internal sealed class IdleCase(int pairs) : BenchCase(Name(pairs))
{
    private const int MaxForks = 1000;

    public override bool NeedsFreshRelay => true;

    public static string Name(int pairs) => $"idle-{pairs}";

    public override bool Suits(RelayRecipe relay) => base.Suits(relay) && !relay.IsDirect && (!relay.ForksPerConnection || pairs <= MaxForks);

    public override async Task<IReadOnlyDictionary<string, double>> MeasureAsync(Stage stage)
    {
        await using LoadProcess server = await stage.ServeAsync();
        await stage.ConnectAsync(16, 500, 5);
        await stage.Relay.ComeToRestAsync();
        await SettleAsync();
        (double memory, int descriptors) = (stage.Relay.Tree.PssKiB(), stage.Relay.Tree.Descriptors());
        await using LoadProcess held = await HoldAsync(stage);
        await SettleAsync();
        return new Dictionary<string, double>(StringComparer.Ordinal)
        {
            [MetricName.Memory] = (stage.Relay.Tree.PssKiB() - memory) / pairs,
            [MetricName.Descriptors] = (stage.Relay.Tree.Descriptors() - descriptors) / (double)pairs,
        };
    }

    private async Task<LoadProcess> HoldAsync(Stage stage)
    {
        try
        {
            return await stage.HoldAsync(pairs);
        }
        catch (InvalidOperationException error)
        {
            throw new InvalidOperationException($"does not hold {pairs} pairs; when they stopped it had {stage.Relay.Tree.Descriptors()} descriptors open", error);
        }
    }

    // What a relay frees or compacts by itself, it does within this time.
    internal static Task SettleAsync() => Task.Delay(TimeSpan.FromSeconds(0.6));
}
