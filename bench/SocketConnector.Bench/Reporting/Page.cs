using System.Globalization;
using System.Text;
using SocketConnector.Bench.Cases;
using SocketConnector.Bench.Measuring;

namespace SocketConnector.Bench.Reporting;

/// <summary>Writes a run as a page of tables and plots.</summary>
internal sealed class Page(Run run, IReadOnlyCollection<string> plots)
{
    private readonly StringBuilder _text = new();

    public string Write()
    {
        Say("# Benchmarks");
        Say("""
            SocketConnector between a load generator and its far end, next to other relays, on one machine and in one run: every
            relay goes through a case before the next case begins, in another order each round. A figure is the median of the rounds;
            bytes are counted where they arrive. The machine is shared by the relay and both ends of the load, and figures move
            from run to run: **trust the ratios, and the processor time per gigabyte, more than any absolute figure.**
            [How each case is measured](../bench/README.md). Every single figure is in [raw.csv](benchmarks/raw.csv).
            """);
        Facts();
        Flows();
        Pings();
        Connects();
        Cold();
        Idle();
        Tls();
        Meetings();
        CrossChecks();
        if (run.Failures.Count > 0)
        {
            Say("## What failed");
            Say(string.Join('\n', run.Failures.Select(failure => $"* {failure.ReplaceLineEndings(" ")}")));
        }

        return _text.ToString().TrimEnd() + "\n";
    }

    private void Facts()
    {
        Say("## The run");
        Say(MarkdownTable.Write(["", ""], run.Facts.Select(fact => new[] { fact.Name, fact.Value })));
    }

    private void Flows()
    {
        Column[] columns = [
            .. AllCases.Streams.Select(count => new Column($"{count}", FlowCase.Name(count, bothWays: false), MetricName.Throughput)),
            .. AllCases.StreamsBothWays.Select(count => new Column($"{count}, both ways", FlowCase.Name(count, bothWays: true), MetricName.Throughput))];
        Section("Throughput", "Gbit/s by number of streams; both ways counts both directions together.", columns, "throughput");
        Section("CPU per gigabyte", "Seconds of processor time, user and system, of the relay's whole process tree for 10⁹ bytes.",
            [.. columns.Select(column => column with { Metric = MetricName.CpuPerGigabyte })], "cpu");
    }

    private void Pings()
    {
        foreach (int count in AllCases.PingConnections)
        {
            string name = PingCase.Name(count);
            Section(count == 1 ? "Ping-pong, 1 connection" : $"Ping-pong, {count} connections", "64 bytes there and back; microseconds.",
                [.. Percentiles(name), new Column("round trips/s", name, MetricName.RoundTrips), new Column("CPU µs per round trip", name, MetricName.CpuPerRoundTrip)],
                $"ping-{count}");
        }

        foreach (int flows in AllCases.LoadedFlows)
        {
            string name = LoadedPingCase.Name(flows);
            Section($"Ping-pong under load, {flows} flows", $"1 connection while {flows} bulk flows go through the same relay; microseconds, and what the flows got.",
                [.. Percentiles(name), new Column("round trips measured", name, MetricName.Samples), new Column("bulk Gbit/s", name, MetricName.Throughput)],
                name);
        }
    }

    private void Connects() => Section("Connections", "Connect, a byte there and back, close in order, 16 at a time.",
        [
            new Column("connections/s", ConnectCase.Name, MetricName.Connections), new Column("CPU ms per connection", ConnectCase.Name, MetricName.CpuPerConnection),
            new Column("p50 µs", ConnectCase.Name, MetricName.P50), new Column("p99 µs", ConnectCase.Name, MetricName.P99),
        ],
        "connect");

    private void Cold() => Section("Cold", "A process that has just started: from its start to the first byte that came back through it, then its first 5 000 connections, 16 at a time.",
        [
            new Column("first byte ms", ColdCase.Name, MetricName.FirstByte), new Column("connections/s", ColdCase.Name, MetricName.Connections),
            new Column("CPU ms per connection", ColdCase.Name, MetricName.CpuPerConnection),
        ],
        plot: null);

    private void Idle() => Section("Idle pairs", "Proportional set size in KiB, and descriptors, for each pair beyond the process without pairs. socat is a process for each pair, and 4000 of them were not tried.",
        [
            .. AllCases.IdlePairs.Select(count => new Column($"KiB, {count} pairs", IdleCase.Name(count), MetricName.Memory)),
            .. AllCases.IdlePairs.Select(count => new Column($"descriptors, {count} pairs", IdleCase.Name(count), MetricName.Descriptors)),
        ],
        "idle");

    private void Tls()
    {
        Column[] flows = [
            .. AllCases.TlsStreams.Select(count => new Column($"{count} from the client", TlsFlowCase.Name(count, toClient: false), MetricName.Throughput)),
            .. AllCases.TlsStreams.Select(count => new Column($"{count} to the client", TlsFlowCase.Name(count, toClient: true), MetricName.Throughput))];
        Section("TLS, throughput", "TLS 1.3 with AES-256-GCM to the client, plain behind the relay; Gbit/s of plain bytes by number of streams.", flows, plot: null);
        Section("TLS, CPU per gigabyte", "Seconds of processor time of the relay for 10⁹ plain bytes.", [.. flows.Select(column => column with { Metric = MetricName.CpuPerGigabyte })], plot: null);
        Section("TLS, connections", "Connect, a handshake (ECDSA P-256, X25519), a byte there and back, close in order, 16 at a time; then the same with sessions that are resumed. Memory is that of 1000 connections that are idle.",
            [
                .. Handshakes(TlsConnectCase.Name(resumes: false), "full"),
                .. Handshakes(TlsConnectCase.Name(resumes: true), "resumed"),
                new Column("KiB, idle", TlsIdleCase.Name, MetricName.Memory),
            ],
            plot: null);
    }

    private void Meetings()
    {
        string[][] bars = [.. new Bars(run).Rows()];
        if (bars.Length > 0)
        {
            Say("## Rendezvous");
            Say("Where two ends meet that both dial out: SocketConnector's relay beside those of magic-wormhole and Syncthing. What SCR/1 has to reach, and does: the median of the rounds, and the least and the most of them. [Why](performance.md#rendezvous).");
            Say(MarkdownTable.Write(["", "bar", "measured", ""], bars));
        }

        Section("Rendezvous, pairs", "Both ends connect, join a session that is new, are paired, a byte there and back, close; 16 pairs at a time. CPU is the relay's, and beside it the load generator's, which has to share two cores with it. strelaysrv refuses some ends that come at the same moment as their partner, or leaves them without an answer; such pairs are not counted.",
            [
                new Column("pairs/s", MeetCase.Name, MetricName.Pairs), new Column("CPU ms per pair", MeetCase.Name, MetricName.CpuPerPair),
                new Column("generator's CPU ms", MeetCase.Name, MetricName.LoadCpuPerPair), new Column("p50 µs", MeetCase.Name, MetricName.P50),
                new Column("p99 µs", MeetCase.Name, MetricName.P99), new Column("% failed", MeetCase.Name, MetricName.FailedShare),
            ],
            "meet");
        Section("Rendezvous, while others wait", $"One pair after the other: from connecting until both know that they are paired, with an end that waits already; microseconds. First with nobody else, then while {MeetWaitingCase.Others} others wait in sessions of their own.",
            [
                new Column("p50, alone", MeetWaitingCase.Name, MetricName.P50Alone), new Column("p99, alone", MeetWaitingCase.Name, MetricName.P99Alone),
                new Column($"p50, {MeetWaitingCase.Others} wait", MeetWaitingCase.Name, MetricName.P50), new Column($"p99, {MeetWaitingCase.Others} wait", MeetWaitingCase.Name, MetricName.P99),
            ],
            plot: null);
        Section("Rendezvous, ends that wait", $"Proportional set size in KiB, and descriptors, for each of {MeetWaitingCase.Others} ends that wait, beyond the process without them.",
            [new Column("KiB", WaitCase.Name, MetricName.MemoryPerEnd), new Column("descriptors", WaitCase.Name, MetricName.DescriptorsPerEnd)],
            plot: null);
        Section("Rendezvous, throughput", "One stream between two ends that have met, and one through the plain connector (`server-to-socket`) by the same generator; Gbit/s, and seconds of processor time for 10⁹ bytes.",
            [new Column("Gbit/s", MetFlowCase.Name, MetricName.Throughput), new Column("CPU s/GB", MetFlowCase.Name, MetricName.CpuPerGigabyte)],
            plot: null);
    }

    private void CrossChecks() => Section("Cross-checks", "One round with other people's generators: iperf3 with 1 stream, sockperf with 64 bytes there and back on 1 connection.",
        [new Column("iperf3 Gbit/s", Iperf3Case.Name, MetricName.Throughput), .. Percentiles(SockperfCase.Name).Select(column => column with { Title = $"sockperf {column.Title}" })],
        plot: null);

    private static Column[] Handshakes(string name, string kind) =>
        [new($"{kind}/s", name, MetricName.Connections), new($"CPU ms, {kind}", name, MetricName.CpuPerConnection)];

    private static Column[] Percentiles(string name) =>
        [new("p50 µs", name, MetricName.P50), new("p99 µs", name, MetricName.P99), new("p99.9 µs", name, MetricName.P999)];

    private void Section(string title, string explanation, IReadOnlyList<Column> columns, string? plot)
    {
        Column[] measured = [.. columns.Where(column => run.Has(column.Case))];
        if (measured.Length == 0)
        {
            return;
        }

        Say($"## {title}");
        Say(explanation);
        if (plot is not null && plots.Contains(plot))
        {
            Say($"![{title}](benchmarks/{plot}.svg)");
        }

        Say(MarkdownTable.Write(
            ["", .. measured.Select(column => column.Title)],
            run.Relays.Where(relay => measured.Any(column => Cell(column, relay).Length > 0))
                .Select(relay => measured.Select(column => Cell(column, relay)).Prepend(relay.IsOurs ? $"**{relay.Title}**" : relay.Title).ToArray())));
    }

    private string Cell(Column column, Contender relay) => run.Median(column.Case, relay.Id, column.Metric) is { } value ? Digits(value)
        : run.Failures.Any(failure => failure.Contains($", {column.Case}, {relay.Title}: ", StringComparison.Ordinal)) ? "[failed](#what-failed)" : "";

    private void Say(string text) => _text.Append(text.Trim()).Append("\n\n");

    /// <summary>Three digits that matter.</summary>
    private static string Digits(double value) => Math.Abs(value) switch
    {
        >= 100 => value.ToString("0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        >= 1 => value.ToString("0.00", CultureInfo.InvariantCulture),
        _ => value.ToString("0.000", CultureInfo.InvariantCulture),
    };

    private sealed record Column(string Title, string Case, string Metric);
}
