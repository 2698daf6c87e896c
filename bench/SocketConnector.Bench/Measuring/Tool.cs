using System.Diagnostics;

namespace SocketConnector.Bench.Measuring;

/// <summary>Somebody else's program.</summary>
internal sealed class Tool : IAsyncDisposable
{
    private readonly Process _process;

    private Tool(Process process) => _process = process;

    /// <summary>Runs until it is disposed, and listens; what it says goes nowhere.</summary>
    public static async Task<Tool> ServeAsync(int port, string name, params IEnumerable<string> words)
    {
        Tool tool = new(Start("/bin/sh", ["-c", "exec \"$0\" \"$@\" >/dev/null 2>&1", name, .. words]));
        await Listening.OnAsync(port, tool._process);
        return tool;
    }

    /// <summary>What it writes to its standard output until it ends.</summary>
    public static async Task<string> RunAsync(string name, params IEnumerable<string> words)
    {
        await using Tool tool = new(Start(name, words));
        string said = await tool._process.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(20));
        await tool._process.WaitForExitAsync();
        return tool._process.ExitCode == 0 ? said : throw new InvalidOperationException($"{name} {string.Join(' ', words)} ended with {tool._process.ExitCode}: {said}");
    }

    /// <summary>The first line that it writes about itself, whichever stream it goes to; empty when there is no such program.</summary>
    public static async Task<string> FirstLineAsync(string name, params IEnumerable<string> words)
    {
        await using Tool tool = new(Start("/bin/sh", ["-c", "\"$0\" \"$@\" 2>&1", name, .. words]));
        string said = await tool._process.StandardOutput.ReadToEndAsync();
        await tool._process.WaitForExitAsync();
        return tool._process.ExitCode is 0 or 1 ? said.Split('\n')[0].Trim() : "";
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static Process Start(string name, IEnumerable<string> words) =>
        Process.Start(new ProcessStartInfo(name, words) { RedirectStandardOutput = true, UseShellExecute = false }) ?? throw new InvalidOperationException($"{name} does not start");
}
