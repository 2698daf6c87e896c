using System.Diagnostics;
using System.Globalization;
using SocketConnector.Bench.Measuring;

namespace SocketConnector.Bench.Seeing;

/// <summary>Ten thousand connections, or as many as the descriptors of one process allow: how soon they are listed, and what it costs to watch them.</summary>
internal sealed class Crowd(SeenRelays relays)
{
    public const string Id = "crowd";
    private const int Wanted = 10_000;
    private const double MaxMilliseconds = 100;
    private const double MaxShareOfCore = 5;

    // Those of the runtime, and those that a relay keeps in reserve.
    private const int OtherDescriptors = 300;

    public static int Connections { get; } = Math.Min(Wanted, (DescriptorLimit() - OtherDescriptors) / 2);

    public static string Title => Connections == Wanted
        ? $"{Connections} connections"
        : $"{Connections} connections, since a process may open {DescriptorLimit()} files here, and each connection takes two";

    public async Task<IReadOnlyList<Limit>> MeasureAsync()
    {
        await using SeenRelay relay = await relays.StartWithAdminAsync();
        await using LoadProcess held = await relay.Stage.HoldAsync(Connections);
        await Task.Delay(TimeSpan.FromSeconds(1));
        using var admin = new AdminHttp(relay.Socket);
        return
        [
            .. await TimesAsync("list --json, from its start to its end", relay, MaxMilliseconds, () => ListAsync(relay)),
            .. await TimesAsync("GET /v1/connections, all pages", relay, MaxMilliseconds, () => GetAllAsync(admin)),
            .. await TimesAsync($"GET /v1/connections, a page of {AdminHttp.MaxPage}", relay, null, () => admin.ConnectionsAsync(0)),
            .. await WatchAsync(relay),
        ];
    }

    private async Task<Limit[]> WatchAsync(SeenRelay relay)
    {
        double alone = await ShareAsync(relay);
        await using TopOnTerminal terminal = await TopOnTerminal.StartAsync(relays.Program, relay);
        double watched = await ShareAsync(relay);
        return
        [
            new($"top on {TopOnTerminal.Columns} x {TopOnTerminal.Lines}, its CPU, % of a core", [terminal.ShareOfCore], MaxShareOfCore),
            new("- the relay's CPU meanwhile, % of a core", [watched], null),
            new("- the relay's CPU before, % of a core", [alone], null),
        ];
    }

    private async Task ListAsync(SeenRelay relay)
    {
        string said = await Tool.RunAsync(relays.Program, "list", "--json", "--admin", $"unix:{relay.Socket}");
        int lines = said.Count(letter => letter == '\n');
        if (lines != Connections)
        {
            throw new InvalidOperationException($"list told {lines} connections of {Connections}");
        }
    }

    private static async Task GetAllAsync(AdminHttp admin)
    {
        for (int offset = 0; offset < Connections; offset += AdminHttp.MaxPage)
        {
            await admin.ConnectionsAsync(offset);
        }
    }

    private async Task<double> ShareAsync(SeenRelay relay)
    {
        double before = relay.Stage.Relay.Tree.CpuSeconds();
        long start = Stopwatch.GetTimestamp();
        await Task.Delay(TimeSpan.FromSeconds(relays.Quick ? 3 : 10));
        return 100 * (relay.Stage.Relay.Tree.CpuSeconds() - before) / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>The first two are not counted: files are read, and code is met, for the first time.</summary>
    private async Task<Limit[]> TimesAsync(string what, SeenRelay relay, double? most, Func<Task> ask)
    {
        await ask();
        await ask();
        double[] times = new double[relays.Quick ? 5 : 21];
        double before = relay.Stage.Relay.Tree.CpuSeconds();
        for (int i = 0; i < times.Length; i++)
        {
            long start = Stopwatch.GetTimestamp();
            await ask();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        double cpu = relay.Stage.Relay.Tree.CpuSeconds() - before;
        return [new($"{what}, ms", times, most), new("- the relay's CPU for it, ms", [cpu * 1e3 / times.Length], null)];
    }

    /// <summary>The hard one, to which the runtime raises its own.</summary>
    private static int DescriptorLimit() => File.ReadLines("/proc/self/limits")
        .Where(line => line.StartsWith("Max open files", StringComparison.Ordinal))
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4])
        .Select(hard => int.TryParse(hard, CultureInfo.InvariantCulture, out int limit) ? limit : int.MaxValue)
        .Single();
}
