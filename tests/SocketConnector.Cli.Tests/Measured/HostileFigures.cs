using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using SocketConnector.Cli.Tests.Processes;

namespace SocketConnector.Cli.Tests.Measured;

/// <summary>
/// What honest ends notice of ten thousand each of silent, leaving, garbage and wrong-ticket clients, with the relay's limits at their defaults. Started
/// by tests/hostile.sh alone, on a quiet machine.
/// </summary>
[Collection(Alone.Name)]
public sealed class HostileFigures(ITestOutputHelper output) : IDisposable
{
    private const int Silent = 10_000;
    private const int SilentPerSecond = 5_000;
    private const int Turns = 10;
    private const int InTurn = 4_000;
    private const int PerSecond = 1_000;
    private const double Bar = 1.2;

    /// <summary>Accepts and closes, and nothing else: the same crowd there tells what its own making costs on these processors.</summary>
    private const string Bare =
        """
        import socket
        listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
        print(listener.getsockname()[1], flush=True)
        while True:
            listener.accept()[0].close()
        """;

    private static readonly Hostility[] _all = Enum.GetValues<Hostility>();
    private static readonly TimeSpan _alone = TimeSpan.FromSeconds(4);

    private readonly string _folder = Directory.CreateTempSubdirectory("hostile").FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(Explicit = true)]
    public async Task Ten_thousand_of_each_kind_cost_honest_ends_a_fifth_of_their_time_at_most()
    {
        string key = Key("right.key");
        string[] honest = await TicketsAsync(key, "honest"), leaving = await TicketsAsync(key, "leaving");
        string wrong = (await TicketsAsync(Key("wrong.key"), "wrong"))[0];
        await using ChildProcess relay = TheProgram.Start("rendezvous", "127.0.0.1:0", "--ticket-key", $"file:{key}", "--events", "none");
        IPEndPoint at = IPEndPoint.Parse((await relay.ReadLineAsync()).Split(' ')[^1]);
        await using ChildProcess bare = ChildProcess.Start(Tool.Find("python3"), ["-c", Bare]);
        var elsewhere = new IPEndPoint(IPAddress.Loopback, int.Parse(await bare.ReadLineAsync(), CultureInfo.InvariantCulture));
        var ends = new HonestEnds(at, honest);
        var load = new HostileLoad(leaving, wrong);
        var loadThere = new HostileLoad(leaving, wrong);
        await MeasureAsync(ends, relay, "warming up", null);

        var turns = new List<(PairTimes Alone, PairTimes Elsewhere, PairTimes Here)>();
        for (int turn = 0; turn < Turns; turn++)
        {
            PairTimes alone = await MeasureAsync(ends, relay, "alone", null);
            PairTimes there = await MeasureAsync(ends, relay, "crowd elsewhere", loadThere.ComeAsync(elsewhere, InTurn, PerSecond, _all, Cancelled));
            loadThere.Forget();
            PairTimes here = await MeasureAsync(ends, relay, "crowd here", load.ComeAsync(at, InTurn, PerSecond, _all, Cancelled));
            await load.FinishAsync();
            turns.Add((alone, there, here));
        }

        double mixed = Compare($"{PerSecond}/s, of all kinds", turns);
        turns.Clear();
        for (int turn = 0; turn < 3; turn++)
        {
            PairTimes alone = await MeasureAsync(ends, relay, "alone", null);
            await loadThere.ComeAsync(elsewhere, Silent, SilentPerSecond, [Hostility.Silent], Cancelled);
            PairTimes there = await MeasureAsync(ends, relay, "silent elsewhere", null);
            loadThere.Forget();
            await load.ComeAsync(at, Silent, SilentPerSecond, [Hostility.Silent], Cancelled);
            PairTimes here = await MeasureAsync(ends, relay, "silent here", null);
            await load.FinishAsync();
            turns.Add((alone, there, here));
        }

        double silent = Compare($"{Silent} silent at once", turns);
        output.WriteLine($"gone as they should be: {string.Join(", ", _all.Select(kind => $"{load.Gone[(int)kind]} {kind}"))}; the relay holds {relay.ResidentKiB} KiB");
        Assert.Empty(load.Wrong);
        Assert.All(_all, kind => Assert.True(load.Gone[(int)kind] >= 10_000, $"{load.Gone[(int)kind]} {kind}"));
        Assert.True(mixed <= Bar && silent <= Bar, $"{mixed:0.00} and {silent:0.00} times as long as alone");
    }

    private async Task<PairTimes> MeasureAsync(HonestEnds ends, ChildProcess relay, string what, Task<TimeSpan>? coming)
    {
        (long start, TimeSpan relayBefore, TimeSpan ownBefore) = (Stopwatch.GetTimestamp(), relay.ProcessorTime, Environment.CpuUsage.TotalTime);
        PairTimes times = await ends.MeetAsync(coming ?? Task.Delay(_alone, Cancelled));
        TimeSpan crowd = coming is null ? TimeSpan.Zero : await coming;
        double passed = Stopwatch.GetElapsedTime(start).TotalSeconds / 100;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {times}; of one processor: relay {(relay.ProcessorTime - relayBefore).TotalSeconds / passed:0} %, crowd {crowd.TotalSeconds / passed:0} %, honest ends {(Environment.CpuUsage.TotalTime - ownBefore - crowd).TotalSeconds / passed:0} %"));
        return times;
    }

    private double Compare(string what, List<(PairTimes Alone, PairTimes Elsewhere, PairTimes Here)> turns)
    {
        double p50 = Middle(turns.Select(static turn => turn.Here.Median)), alone = Middle(turns.Select(static turn => turn.Alone.Median));
        double elsewhere = Middle(turns.Select(static turn => turn.Elsewhere.Median));
        double p99 = Middle(turns.Select(static turn => turn.Here.P99)), alone99 = Middle(turns.Select(static turn => turn.Alone.P99));
        double elsewhere99 = Middle(turns.Select(static turn => turn.Elsewhere.P99));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: p50 {alone:0.000} ms alone, {elsewhere:0.000} beside the crowd elsewhere ({elsewhere / alone:0.00} times), {p50:0.000} here ({p50 / alone:0.00} times; {p50 / elsewhere:0.00} times as elsewhere); p99 {alone99:0.000}, {elsewhere99:0.000} ({elsewhere99 / alone99:0.00}), {p99:0.000} ({p99 / alone99:0.00}; {p99 / elsewhere99:0.00})"));
        return p50 / alone;
    }

    private static double Middle(IEnumerable<double> all) => all.Order().ElementAt(all.Count() / 2);

    private string Key(string name)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, $"{Convert.ToHexString(RandomNumberGenerator.GetBytes(32))}\n");
        return path;
    }

    private static async Task<string[]> TicketsAsync(string key, string tenant)
    {
        var tickets = new List<string>();
        for (int i = 0; i < 10; i++)
        {
            await using ChildProcess mint = TheProgram.Start("ticket", "--key", $"file:{key}", "--tenant", $"{tenant}{i}");
            tickets.Add(await mint.ReadLineAsync());
        }

        return [.. tickets];
    }
}
