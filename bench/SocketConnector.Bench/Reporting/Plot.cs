using SocketConnector.Bench.Cases;
using SocketConnector.Bench.Measuring;

namespace SocketConnector.Bench.Reporting;

/// <summary>What a plot shows: a figure that grows along the bottom, or groups of bars.</summary>
internal sealed record Plot(string Name, string Title, string Axis, bool IsLine, bool IsLogarithmic, IReadOnlyList<PlotPoint> Points)
{
    public static IReadOnlyList<Plot> All { get; } =
    [
        new("throughput", "Throughput by number of streams", "Gbit/s", IsLine: true, IsLogarithmic: false, Flows(MetricName.Throughput)),
        new("cpu", "CPU per gigabyte by number of streams", "seconds per GB", IsLine: true, IsLogarithmic: false, Flows(MetricName.CpuPerGigabyte)),
        .. AllCases.PingConnections.Select(count => new Plot(PingCase.Name(count), $"Ping-pong, {count} {(count == 1 ? "connection" : "connections")}", "microseconds", IsLine: false, IsLogarithmic: true, Percentiles(PingCase.Name(count)))),
        new("loaded-ping", "Ping-pong while 8 bulk flows run", "microseconds", IsLine: false, IsLogarithmic: true, Percentiles(LoadedPingCase.Name(8))),
        new("connect", "Connections per second", "connections per second", IsLine: false, IsLogarithmic: false, [new("", ConnectCase.Name, MetricName.Connections)]),
        new("meet", "Pairs per second", "pairs per second", IsLine: false, IsLogarithmic: false, [new("", MeetCase.Name, MetricName.Pairs)]),
        new("idle", "Memory per idle pair", "KiB", IsLine: false, IsLogarithmic: true, [.. AllCases.IdlePairs.Select(count => new PlotPoint($"{count} pairs", IdleCase.Name(count), MetricName.Memory))]),
    ];

    private static PlotPoint[] Flows(string metric) => [.. AllCases.Streams.Select(count => new PlotPoint($"{count}", FlowCase.Name(count, bothWays: false), metric))];

    private static PlotPoint[] Percentiles(string name) => [new("p50", name, MetricName.P50), new("p99", name, MetricName.P99), new("p99.9", name, MetricName.P999)];
}

/// <summary>A place along the bottom, and the figure that stands there.</summary>
internal sealed record PlotPoint(string Label, string Case, string Metric);
