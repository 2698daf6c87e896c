using SocketConnector.Bench.Cases;
using SocketConnector.Bench.Measuring;

namespace SocketConnector.Bench.Reporting;

/// <summary>What one of our figures has to reach: a factor of the best peer's (or of a named peer's), or a value of its own.</summary>
internal sealed record Bar(string Label, string Unit, string Case, string Metric, bool HigherIsBetter, double Factor)
{
    private const string Portable = "portable";

    /// <summary>Judge this one of ours, instead of the first.</summary>
    public string? Of { get; private init; }

    /// <summary>Compare with this peer, instead of the best.</summary>
    public string? Against { get; private init; }

    /// <summary>The factor is the value itself, and no peer matters.</summary>
    public bool IsAbsolute { get; private init; }

    public static IReadOnlyList<Bar> All { get; } =
    [
        .. AllCases.Streams.Select(count => Throughput(count, count <= 4 ? 1.3 : 1.1)),
        .. AllCases.Streams.Select(count => new Bar($"CPU seconds per GB, {Streams(count)}", "s", FlowCase.Name(count, false), MetricName.CpuPerGigabyte, false, 0.6)),
        .. AllCases.PingConnections.SelectMany(count => new[]
        {
            Ping("p50", count, MetricName.P50, 1.03),
            Ping("p99", count, MetricName.P99, 1.03),
            Ping("p99.9", count, MetricName.P999, 1.1),
        }),
        new("ping-pong p99 under 8 bulk flows", "µs", LoadedPingCase.Name(8), MetricName.P99, false, 1),
        new("connections per second", "", ConnectCase.Name, MetricName.Connections, true, 1),
        .. AllCases.IdlePairs.Select(count => Memory(count, 1)),
        .. AllCases.IdlePairs.Select(count => new Bar($"descriptors per idle pair, {count} pairs", "", IdleCase.Name(count), MetricName.Descriptors, false, 2) { IsAbsolute = true }),
        .. AllCases.Streams.Select(count => Throughput(count, 1) with { Of = Portable, Against = "nginx" }),
        .. AllCases.IdlePairs.Select(count => Memory(count, 5) with { Of = Portable }),
    ];

    public Judgement? Judge(Run run)
    {
        string? judged = Of ?? run.Ours.FirstOrDefault()?.Id;
        if (judged is null || run.Median(Case, judged, Metric) is not { } ours)
        {
            return null;
        }

        if (IsAbsolute)
        {
            return new Judgement(judged, ours, null, null, Reached(ours, Factor));
        }

        var peers = run.Peers.Where(peer => Against is null || peer.Id == Against)
            .Select(peer => (Peer: peer, Value: run.Median(Case, peer.Id, Metric)))
            .Where(it => it.Value is not null)
            .OrderBy(it => HigherIsBetter ? -it.Value : it.Value)
            .ToList();
        return peers is [var best, ..] ? new Judgement(judged, ours, best.Peer, best.Value, Reached(ours / best.Value!.Value, Factor)) : null;
    }

    private bool Reached(double value, double bar) => HigherIsBetter ? value >= bar : value <= bar;

    private static string Streams(int count) => count == 1 ? "1 stream" : $"{count} streams";

    private static Bar Throughput(int streams, double factor) =>
        new($"throughput, {Streams(streams)}", "Gbit/s", FlowCase.Name(streams, bothWays: false), MetricName.Throughput, true, factor);

    private static Bar Ping(string percentile, int connections, string metric, double factor) =>
        new($"ping-pong {percentile}, {(connections == 1 ? "1 connection" : $"{connections} connections")}", "µs", PingCase.Name(connections), metric, false, factor);

    private static Bar Memory(int pairs, double kib) =>
        new($"memory per idle pair, {pairs} pairs", "KiB", IdleCase.Name(pairs), MetricName.Memory, false, kib) { IsAbsolute = true };
}

/// <summary>Our figure, the peer's that it is held against, and the verdict.</summary>
internal sealed record Judgement(string Judged, double Ours, Contender? Peer, double? Theirs, bool Reached)
{
    public double? Ratio => Ours / Theirs;
}
