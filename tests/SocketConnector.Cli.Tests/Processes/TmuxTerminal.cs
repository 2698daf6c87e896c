using System.Diagnostics;
using System.Globalization;
using System.Text;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.Processes;

/// <summary>A terminal that nobody looks at but the test: a tmux of its own with one program in it.</summary>
internal sealed class TmuxTerminal : IAsyncDisposable
{
    private readonly string _tmux = Tool.Find("tmux");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tmux-");

    private TmuxTerminal()
    {
    }

    /// <summary>Where everything that the program has written comes to lie, from the moment on that it is asked for.</summary>
    private string Written => Path.Combine(_folder.FullName, "written");

    /// <param name="columns">How wide.</param>
    /// <param name="lines">How high.</param>
    /// <param name="script">For a shell.</param>
    public static async Task<TmuxTerminal> StartAsync(int columns, int lines, string script)
    {
        var terminal = new TmuxTerminal();
        string settings = Path.Combine(terminal._folder.FullName, "settings");
        await File.WriteAllTextAsync(settings, "set -g status off\nset -sg escape-time 0\nset -g remain-on-exit on\nset -g default-terminal screen-256color\nset -g history-limit 0\n");
        await terminal.RunAsync("-f", settings, "new-session", "-d", "-x", Text(columns), "-y", Text(lines), script);
        return terminal;
    }

    /// <summary>The screen, without the spaces at the ends of its lines.</summary>
    public async Task<string[]> ReadAsync() => [.. (await RunAsync("capture-pane", "-p")).TrimEnd('\n').Split('\n').Select(static line => line.TrimEnd())];

    public async Task<string[]> ShowsAsync(string text) => await ShowsAsync(screen => Array.Exists(screen, line => line.Contains(text, StringComparison.Ordinal)), text);

    /// <returns>The first screen that is as it should be.</returns>
    public async Task<string[]> ShowsAsync(Func<string[], bool> isSo, string what)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            string[] screen = await ReadAsync();
            if (isSo(screen))
            {
                return screen;
            }

            if (Stopwatch.GetElapsedTime(start) > Eventually.Deadline)
            {
                throw new TimeoutException($"the screen does not show {what}:\n{string.Join('\n', screen)}");
            }

            await Task.Delay(20);
        }
    }

    /// <param name="keys">As tmux names them, such as Enter, C-c and Down, or text.</param>
    public Task SendAsync(params string[] keys) => RunAsync(["send-keys", .. keys]);

    public Task ResizeAsync(int columns, int lines) => RunAsync("resize-window", "-x", Text(columns), "-y", Text(lines));

    /// <summary>Keeps everything that the program writes from now on.</summary>
    public Task RecordAsync() => RunAsync("pipe-pane", $"cat > {Written}");

    public async Task<string> ReadWrittenAsync() => File.Exists(Written) ? await File.ReadAllTextAsync(Written, Encoding.UTF8) : "";

    /// <param name="format">Of tmux, such as the process in it: <c>#{pane_pid}</c>.</param>
    public async Task<string> AskAsync(string format) => (await RunAsync("display-message", "-p", format)).TrimEnd('\n');

    /// <summary>What a process has taken so far.</summary>
    public static TimeSpan ProcessorTime(int process)
    {
        using var running = Process.GetProcessById(process);
        return running.TotalProcessorTime;
    }

    public static async Task SignalAsync(string signal, int process)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", Text(process)]);
        await kill.WaitForExitAsync().InTimeAsync(what: "kill");
        Assert.Equal(0, kill.ExitCode);
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync("kill-server");
        _folder.Delete(recursive: true);
    }

    private async Task<string> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(_tmux, ["-u", "-S", Path.Combine(_folder.FullName, "s"), .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8 };
        start.Environment.Remove("TMUX");
        start.Environment["LC_ALL"] = "C.UTF-8";
        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync().InTimeAsync(what: "tmux");
        string error = await process.StandardError.ReadToEndAsync().InTimeAsync(what: "tmux");
        await process.WaitForExitAsync().InTimeAsync(what: "tmux");
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"tmux {string.Join(' ', arguments)}: {error}");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
