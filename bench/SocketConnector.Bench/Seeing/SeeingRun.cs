using System.Diagnostics;
using System.Globalization;
using SocketConnector.Bench.Measuring;

namespace SocketConnector.Bench.Seeing;

/// <summary>Measures what it costs a relay to be seen into, and prints it.</summary>
internal sealed class SeeingRun(Layout layout, SeeingOptions options, CancellationToken cancellationToken)
{
    private readonly List<Pair> _pairs = [];
    private readonly List<string> _failures = [];

    /// <returns>The exit code: 1 where something could not be measured.</returns>
    public async Task<int> RunAsync()
    {
        long start = Stopwatch.GetTimestamp();
        DirectoryInfo home = Directory.CreateTempSubdirectory("seeing-");
        try
        {
            var relays = new SeenRelays(layout, new BenchOptions { Quick = options.Quick }, home.FullName);
            await using var collector = new Collector(relays.TakePort());
            Comparison[] comparisons = Chosen(relays, collector);
            await TellMachineAsync();
            for (int round = 1; round <= options.Rounds; round++)
            {
                foreach (Comparison comparison in comparisons)
                {
                    await TryAsync($"round {round}, {comparison.Id}", () => MeasureAsync(round, comparison));
                }
            }

            IReadOnlyList<Limit> crowd = [];
            if (options.Wants(Crowd.Id, unlessSaid: true))
            {
                await TryAsync(Crowd.Id, async () => crowd = await new Crowd(relays).MeasureAsync());
            }

            Print(comparisons, crowd);
        }
        finally
        {
            home.Delete(recursive: true);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\nIt took {Stopwatch.GetElapsedTime(start).TotalMinutes:0.0} minutes."));
        foreach (string failure in _failures)
        {
            await Console.Error.WriteLineAsync($"failed: {failure}");
        }

        return _failures.Count > 0 ? 1 : 0;
    }

    private Comparison[] Chosen(SeenRelays relays, Collector collector)
    {
        Comparison[] usual =
        [
            new WatchedLoad(
                "watched", $"{WatchedLoad.Connections} connections, and top watching them on a terminal of {TopOnTerminal.Columns} x {TopOnTerminal.Lines}; without: no admin channel", 0.95,
                relays.StartPlainAsync, () => relays.StartWithAdminAsync(), async relay => await TopOnTerminal.StartAsync(relays.Program, relay)),
            new WatchedLoad(
                "exported", $"{WatchedLoad.Connections} connections, metrics exported by OTLP and read from /metrics, each once a second; without: neither, and no admin channel", 0.95,
                relays.StartPlainAsync, () => relays.StartWithAdminAsync(MetricsReader.VariablesFor(collector)), async relay => await MetricsReader.StartAsync(relay, collector)),
            new CapturedLoad(relays),
        ];
        WatchedLoad noise = new(
            "noise", $"{WatchedLoad.Connections} connections, the same relay twice: what the machine adds to each ratio", 0.95,
            relays.StartPlainAsync, relays.StartPlainAsync, watchAsync: null);
        string[] unknown = [.. options.Only.Except([.. usual.Select(it => it.Id), noise.Id, Crowd.Id])];
        return unknown.Length == 0
            ? [.. usual.Where(it => options.Wants(it.Id, unlessSaid: true)), .. options.Wants(noise.Id, unlessSaid: false) ? new[] { noise } : []]
            : throw new FormatException($"there is no case {string.Join(", ", unknown)}");
    }

    private async Task MeasureAsync(int round, Comparison comparison)
    {
        await foreach (Pair pair in comparison.MeasureAsync(round))
        {
            _pairs.Add(pair);
            if (pair.Least is not null)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{round}/{options.Rounds}  {pair.Case,-9} {pair.What,-26} without {pair.Without:0.0}  with {pair.With:0.0}  ratio {pair.Ratio:0.000}"));
            }

            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private async Task TryAsync(string what, Func<Task> measureAsync)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await measureAsync();
        }
        catch (Exception error) when (error is InvalidOperationException or IOException or TimeoutException)
        {
            // The others are measured all the same, unless this one failed because everything ends.
            cancellationToken.ThrowIfCancellationRequested();
            _failures.Add($"{what}: {error.Message}");
            Console.WriteLine($"{what} FAILED: {error.Message}");
        }
    }

    private async Task TellMachineAsync()
    {
        string version = (await Tool.FirstLineAsync(layout.Program, "--version")).Split('+')[0];
        string commit = await Tool.FirstLineAsync("git", "-C", layout.Root, "describe", "--always", "--dirty");
        Console.WriteLine($"SocketConnector {version}, commit {commit}, {Environment.ProcessorCount} cores, {options.Rounds} rounds{(options.Quick ? ", in a hurry" : "")}");
    }

    private void Print(IEnumerable<Comparison> comparisons, IReadOnlyList<Limit> crowd)
    {
        foreach (Comparison comparison in comparisons)
        {
            Console.WriteLine($"\n{comparison.Id}: {comparison.Title}\n{SeeingTable.Of(_pairs.Where(pair => pair.Case == comparison.Id))}");
        }

        if (crowd.Count > 0)
        {
            Console.WriteLine($"\n{Crowd.Id}: {Crowd.Title}\n{SeeingTable.Of(crowd)}");
        }
    }
}
