using System.Diagnostics;
using System.Globalization;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Transports;

/// <summary>In a network of its own, with the system's resolver and its clock.</summary>
public sealed class DeadAddressTests
{
    private const string Name = "far.test";

    [Fact]
    public async Task B99_A_dead_IPv6_address_beside_a_live_IPv4_address_costs_250_milliseconds_once()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && await CanUnshareAsync(), "no network of its own to be had here (unshare(1))");
        string host = Path.Combine(AppContext.BaseDirectory, "SocketConnector.RelayHost.dll");
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        (int code, string measured) = await RunAsync("exec \"$@\"", dotnet, "exec", host, "dead-address", Name);
        Assert.Equal(0, code);
        double[] waited = [.. measured.Trim().Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
        Assert.InRange(waited[0], 250, 5_000);
        Assert.InRange(waited[1], 0, 249);
    }

    private static async Task<bool> CanUnshareAsync() => (await RunAsync($"getent ahosts {Name}")) is (0, { } addresses) && addresses.StartsWith("::1 ", StringComparison.Ordinal);

    private static async Task<(int Code, string Output)> RunAsync(string script, params string[] arguments)
    {
        string hosts = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(hosts, $"::1 {Name}\n127.0.0.1 {Name}\n", TestContext.Current.CancellationToken);
            string prepared = $"ip link set lo up && mount --bind '{hosts}' /etc/hosts && {script}";
            using Process process = Process.Start(new ProcessStartInfo("unshare", ["--map-root-user", "--mount", "--net", "sh", "-c", prepared, "sh", .. arguments])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).InTimeAsync();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).InTimeAsync();
            return (process.ExitCode, output);
        }
        finally
        {
            File.Delete(hosts);
        }
    }
}
