using System.Diagnostics;
using System.Globalization;

namespace SocketConnector.Bench.Measuring;

/// <summary>A load generator that runs until it is disposed, and says how much it has received whenever it is asked.</summary>
internal sealed class LoadProcess : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;

    private LoadProcess(Process process) => _process = process;

    /// <summary>Starts one of the modes that go on, and returns once it is under way.</summary>
    public static async Task<LoadProcess> StartAsync(string program, params IEnumerable<string> words)
    {
        LoadProcess load = new(Launch(program, words));
        try
        {
            await load.ReadLineAsync();
            return load;
        }
        catch
        {
            await load.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs one of the modes that end by themselves, and returns its figures by name.</summary>
    public static async Task<IReadOnlyDictionary<string, double>> RunAsync(string program, params IEnumerable<string> words)
    {
        await using var load = new LoadProcess(Launch(program, words));
        string text = await load._process.StandardOutput.ReadToEndAsync().WaitAsync(_patience);
        await load._process.WaitForExitAsync().WaitAsync(_patience);
        return load._process.ExitCode == 0
            ? text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=')).ToDictionary(pair => pair[0], pair => double.Parse(pair[1], CultureInfo.InvariantCulture), StringComparer.Ordinal)
            : throw new InvalidOperationException($"load {string.Join(' ', words)} ended with {load._process.ExitCode}");
    }

    /// <summary>When it was asked, in seconds, and the bytes received until then.</summary>
    public async Task<(double Seconds, double Bytes)> ReceivedAsync()
    {
        await _process.StandardInput.WriteLineAsync();
        await _process.StandardInput.FlushAsync();
        string[] words = (await ReadLineAsync()).Split(' ');
        return (double.Parse(words[0], CultureInfo.InvariantCulture) / 1e9, double.Parse(words[1], CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static Process Launch(string program, IEnumerable<string> words) =>
        Process.Start(new ProcessStartInfo(program, words) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false })
        ?? throw new InvalidOperationException($"{program} does not start");

    private async Task<string> ReadLineAsync() =>
        await _process.StandardOutput.ReadLineAsync().WaitAsync(_patience) ?? throw new InvalidOperationException($"load {string.Join(' ', _process.StartInfo.ArgumentList)} ended");
}
