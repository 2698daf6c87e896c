using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using SocketConnector.TestKit;

namespace SocketConnector.Examples.Tests;

/// <summary>One example as its user starts it. Gone when disposed.</summary>
internal sealed class ExampleProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly ConcurrentQueue<string> _errors = new();

    private ExampleProcess(string name, string[] arguments)
    {
        // The tests run from artifacts/bin/PROJECT/CONFIGURATION; the examples stand beside them.
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        string program = Path.Combine(here.Parent!.Parent!.FullName, name, here.Name, $"{name}.dll");
        string dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));
        var start = new ProcessStartInfo(dotnet, [program, .. arguments]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => _ = line.Data is null ? _lines.Writer.TryComplete() : _lines.Writer.TryWrite(line.Data);
        _process.ErrorDataReceived += (_, line) => _errors.Enqueue(line.Data ?? "");
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public string Errors => string.Join('\n', _errors);

    public static ExampleProcess Start(string name, params string[] arguments) => new(name, arguments);

    /// <summary>The next line of standard output.</summary>
    public async Task<string> ReadLineAsync()
    {
        try
        {
            return await _lines.Reader.ReadAsync().AsTask().InTimeAsync(what: "a line from the example");
        }
        catch (Exception error) when (error is TimeoutException or ChannelClosedException)
        {
            throw new InvalidOperationException($"no line came from the example; on standard error: {Errors}", error);
        }
    }

    /// <summary>Where it listens, from a line that must begin like <paramref name="expected"/> and end with the port.</summary>
    public async Task<IPEndPoint> ReadEndPointAsync(string expected)
    {
        string line = await ReadLineAsync();
        Assert.StartsWith(expected + " ", line, StringComparison.Ordinal);
        return new IPEndPoint(IPAddress.Loopback, int.Parse(line[(expected.Length + 1)..], CultureInfo.InvariantCulture));
    }

    /// <summary>Both sides of a rendezvous.</summary>
    public async Task<(IPEndPoint A, IPEndPoint B)> ReadBothEndPointsAsync() =>
        (await ReadEndPointAsync("side A listening on"), await ReadEndPointAsync("side B listening on"));

    public Task WaitForErrorAsync(string text) =>
        Eventually.TrueAsync(() => Errors.Contains(text, StringComparison.Ordinal), explain: () => $"'{text}' is not in: {Errors}");

    /// <summary>Waits until it ends by itself.</summary>
    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync().InTimeAsync(what: "the end of the example");
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync().InTimeAsync(what: "the end of the killed example");
        _process.Dispose();
    }
}
