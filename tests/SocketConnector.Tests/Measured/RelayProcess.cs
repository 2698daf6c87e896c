using System.Diagnostics;
using System.Globalization;
using System.Net;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Measured;

/// <summary>A connector in a process of its own, server-to-socket, that tells what it holds.</summary>
internal sealed class RelayProcess : IAsyncDisposable
{
    private readonly Process _process;

    private RelayProcess(Process process, IPEndPoint endPoint) => (_process, EndPoint) = (process, endPoint);

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint { get; }

    /// <param name="target">Where it connects to.</param>
    /// <param name="transformed">Whether what comes from side A passes a transformer.</param>
    /// <param name="descriptors">How many descriptors it may have (RLIMIT_NOFILE), where that is to be few.</param>
    /// <param name="redirections">Of a shell, such as <c>2&gt;&amp;-</c>.</param>
    /// <param name="ownMounts">Whether it sees file systems of its own (unshare(1)), for <see cref="HideProcAsync"/>.</param>
    public static async Task<RelayProcess> StartAsync(
        TestServer target, bool transformed = false, int? descriptors = null, string? redirections = null, bool ownMounts = false)
    {
        string host = Path.Combine(AppContext.BaseDirectory, "SocketConnector.RelayHost.dll");
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        string[] relay = [dotnet, "exec", host, target.Port.ToString(CultureInfo.InvariantCulture), transformed ? "transformed" : "direct"];
        string[] command = descriptors is int limit ? ["sh", "-c", $"ulimit -n {limit} && exec \"$@\"", "sh", .. relay]
            : ownMounts ? ["unshare", "--map-root-user", "--mount", .. relay]
            : redirections is not null ? ["sh", "-c", $"exec \"$@\" {redirections}", "sh", .. relay]
            : relay;
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };

        // What the runtime spends on compiling the same code again, once it is used often, is no cost of a connection.
        start.Environment["DOTNET_TieredCompilation"] = "0";
        Process process = Process.Start(start)!;
        string? port = await process.StandardOutput.ReadLineAsync().InTimeAsync();
        return new RelayProcess(process, new IPEndPoint(IPAddress.Loopback, int.Parse(port!, CultureInfo.InvariantCulture)));
    }

    /// <summary>What it holds once everything unused is given back.</summary>
    public async Task<ProcessFigures> SettledAsync() => ProcessFigures.Parse(await AskAsync("settled"));

    /// <summary>How many bytes it ever allocated on the managed heap.</summary>
    public async Task<long> AllocatedAsync() => long.Parse(await AskAsync("allocated"), CultureInfo.InvariantCulture);

    /// <summary>How many ends of pipes it has open.</summary>
    public Task<int> PipesAsync() => CountAsync("pipes");

    /// <summary>How many connections are joined.</summary>
    public Task<int> ConnectionsAsync() => CountAsync("connections");

    /// <summary>Gives it a socket that was waited on before: how many watch that once it is relayed.</summary>
    public Task<int> WatchersOfOwnSocketAsync() => CountAsync("watchers");

    /// <summary>Gives it a socket that was waited on before.</summary>
    public async Task AddUsedSocketAsync() => Assert.Equal("True", await AskAsync("add"));

    /// <summary>Has it open files until the system gives no more.</summary>
    public Task<int> HoardAsync() => CountAsync("hoard");

    /// <summary>Has it close them.</summary>
    public Task<int> ReleaseAsync() => CountAsync("release");

    /// <summary>Covers its /proc, so that it finds nothing of itself there.</summary>
    public async Task HideProcAsync()
    {
        using Process covering = Process.Start(
            "nsenter", ["--preserve-credentials", "--user", "--mount", "--target", $"{_process.Id}", "mount", "-t", "tmpfs", "none", "/proc"]);
        await covering.WaitForExitAsync().InTimeAsync();
        Assert.Equal(0, covering.ExitCode);
    }

    /// <summary>Waits until so many connections are joined.</summary>
    public async Task HasConnectionsAsync(int count)
    {
        long start = Stopwatch.GetTimestamp();
        int joined;
        while ((joined = await ConnectionsAsync()) != count)
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Eventually.Deadline, $"{joined} connections instead of {count}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().InTimeAsync();
        _process.Dispose();
    }

    private async Task<int> CountAsync(string question) => int.Parse(await AskAsync(question), CultureInfo.InvariantCulture);

    private async Task<string> AskAsync(string question)
    {
        await _process.StandardInput.WriteLineAsync(question);
        return await _process.StandardOutput.ReadLineAsync().InTimeAsync() ?? throw new EndOfStreamException("the relay's process has ended");
    }
}
