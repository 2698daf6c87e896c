using SocketConnector.Bench.Measuring;

namespace SocketConnector.Bench.Seeing;

/// <summary>A hundred busy connections through one relay, and a capture of one of them that comes and goes: what the others get, counted at their receivers.</summary>
internal sealed class CapturedLoad(SeenRelays relays) : Comparison("captured", $"capture of one of {Others + 1} busy connections into /dev/null; of the other {Others}:", 0.97)
{
    private const int Others = 99;

    public override async IAsyncEnumerable<Pair> MeasureAsync(int round)
    {
        await using SeenRelay relay = await relays.StartWithAdminAsync();
        using var admin = new AdminHttp(relay.Socket);
        // The clients receive, since each of these processes counts what it gets.
        await using LoadProcess one = await relay.Stage.FlowsAsync(1, "down");
        long id = await admin.OnlyConnectionAsync();
        await using LoadProcess others = await relay.Stage.FlowsAsync(Others, "down");

        // Without, with, with, without: what drifts, drifts for both.
        bool[] turns = round % 2 == 0 ? [true, false, false, true] : [false, true, true, false];
        var readings = new List<IReadOnlyList<Reading>>();
        foreach (bool isCaptured in turns)
        {
            readings.Add(await TurnAsync(relay, one, others, isCaptured ? id : null));
        }

        for (int i = 0; i < turns.Length; i += 2)
        {
            (int without, int with) = turns[i] ? (i + 1, i) : (i, i + 1);
            foreach (Pair pair in Pair.Of(Id, Least, readings[without], readings[with]))
            {
                yield return pair;
            }
        }
    }

    private async Task<IReadOnlyList<Reading>> TurnAsync(SeenRelay relay, LoadProcess one, LoadProcess others, long? captured)
    {
        await using CaptureReader? capture = captured is long id ? await CaptureReader.StartAsync(relays.Program, relay, id) : null;
        await Task.Delay(TimeSpan.FromSeconds(relay.Stage.Options.WarmUp));
        (double cpu, double written) = (capture?.CpuSeconds ?? 0, capture?.WrittenBytes ?? 0);
        (double begun, double before) = await one.ReceivedAsync();
        FlowMeter meter = await FlowMeter.StartAsync(relay.Stage, others);
        await Task.Delay(TimeSpan.FromSeconds(relay.Stage.Options.Window));
        Dictionary<string, double> figures = await meter.StopAsync();
        (double ended, double after) = await one.ReceivedAsync();
        double seconds = ended - begun;
        List<Reading> readings =
        [
            new($"bulk-{Others}, Gbit/s", figures[MetricName.Throughput], IsJudged: true),
            new("- the relay's CPU, s per 10⁹ bytes of them", figures[MetricName.CpuPerGigabyte]),
            new("- the one meanwhile, Gbit/s", (after - before) * 8 / seconds / 1e9),
        ];
        if (capture is not null)
        {
            readings.Add(new("- the capture of it, Gbit/s", (capture.WrittenBytes - written) * 8 / seconds / 1e9));
            readings.Add(new("- the capturing program's CPU, % of a core", 100 * (capture.CpuSeconds - cpu) / seconds));
        }

        return readings;
    }
}
