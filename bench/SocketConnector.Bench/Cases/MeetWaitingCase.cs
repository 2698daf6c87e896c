using SocketConnector.Bench.Measuring;

namespace SocketConnector.Bench.Cases;

/// <summary>How long an end takes to be paired with one that waits, while thousands of others wait in sessions of their own.</summary>
internal sealed class MeetWaitingCase() : BenchCase(Name)
{
    public const string Name = "meet-waiting";
    public const int Others = 5_000;

    public override bool NeedsFreshRelay => true;

    protected override bool Meets => true;

    public override async Task<IReadOnlyDictionary<string, double>> MeasureAsync(Stage stage)
    {
        await stage.MeetAsync(16, 500, 3);
        await stage.Relay.ComeToRestAsync();
        IReadOnlyDictionary<string, double> alone = await SinglyAsync(stage);
        await using LoadProcess others = await stage.WaitAsync(Others);
        await IdleCase.SettleAsync();
        IReadOnlyDictionary<string, double> beside = await SinglyAsync(stage);
        // Only one that still runs answers.
        await others.ReceivedAsync();
        return beside["failed"] > 0 && stage.Relay.Recipe.IsOurs
            ? throw new InvalidOperationException($"{beside["failed"]} of {beside["failed"] + beside["samples"]} pairs failed")
            : new Dictionary<string, double>(StringComparer.Ordinal)
            {
                [MetricName.P50] = beside["p50"],
                [MetricName.P99] = beside["p99"],
                [MetricName.P50Alone] = alone["p50"],
                [MetricName.P99Alone] = alone["p99"],
            };
    }

    private static Task<IReadOnlyDictionary<string, double>> SinglyAsync(Stage stage) => stage.MeetSinglyAsync(stage.Options.Quick ? 200 : 1_000, 6);
}
