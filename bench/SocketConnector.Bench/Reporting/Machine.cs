using System.Globalization;
using System.Runtime.InteropServices;
using SocketConnector.Bench.Measuring;

namespace SocketConnector.Bench.Reporting;

/// <summary>What the figures of a run depend on.</summary>
internal static class Machine
{
    public static async Task<IReadOnlyList<Fact>> DescribeAsync(Layout layout, BenchOptions options) =>
    [
        new("date", TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
        new("repeat it with", $"`{options.Command}`"),
        new("rounds", $"{options.Rounds}"),
        new("processor", $"{ValueIn("/proc/cpuinfo", "model name")}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSArchitecture}"),
        new("memory", Gibibytes(ValueIn("/proc/meminfo", "MemTotal"))),
        new("system", $"{ValueIn("/etc/os-release", "PRETTY_NAME").Trim('"')}, Linux {(await File.ReadAllTextAsync("/proc/sys/kernel/osrelease")).Trim()}"),
        new("SocketConnector", $"{(await Tool.FirstLineAsync(layout.Program, "--version")).Split('+')[0]}, commit {await Tool.FirstLineAsync("git", "-C", layout.Root, "describe", "--always", "--dirty")}, {RuntimeInformation.FrameworkDescription}"),
        new("HAProxy", await Tool.FirstLineAsync("haproxy", "-v")),
        new("nginx", await Tool.FirstLineAsync("nginx", "-v")),
        new("Go", await Tool.FirstLineAsync("go", "version")),
        new("socat", (await Tool.FirstLineAsync("sh", "-c", "socat -V | grep version")).Split(" on ")[0]),
        new("stunnel", await Tool.FirstLineAsync("sh", "-c", "stunnel4 -version 2>&1 | grep -m1 ^stunnel")),
        new("hitch", await Tool.FirstLineAsync("hitch", "--version")),
        new("OpenSSL", await Tool.FirstLineAsync("openssl", "version")),
        new("magic-wormhole-transit-relay", $"{await PackageAsync("magic-wormhole-transit-relay")}, Twisted {await PackageAsync("python3-twisted")}, {await Tool.FirstLineAsync("python3", "--version")}"),
        new("strelaysrv", (await Tool.FirstLineAsync("strelaysrv", "-version")).Split(" debian@")[0]),
        new("iperf3", await Tool.FirstLineAsync("iperf3", "--version")),
        new("sockperf", await Tool.FirstLineAsync("sockperf", "--version")),
        new("receivers", options.Copy ? "copy what they get into user memory" : "drop what they get in the kernel"),
    ];

    private static Task<string> PackageAsync(string name) => Tool.FirstLineAsync("dpkg-query", "-W", "-f", "${Version}", name);

    private static string ValueIn(string file, string name) => File.Exists(file)
        ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split([':', '='], 2)[1].Trim() ?? "unknown"
        : "unknown";

    private static string Gibibytes(string text) => text.Split(' ') is [string kib, "kB"]
        ? $"{(double.Parse(kib, CultureInfo.InvariantCulture) / (1 << 20)).ToString("0.0", CultureInfo.InvariantCulture)} GiB" : text;
}
