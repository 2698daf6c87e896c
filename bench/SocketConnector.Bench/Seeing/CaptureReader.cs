using System.Diagnostics;
using System.Globalization;
using SocketConnector.Bench.Measuring;

namespace SocketConnector.Bench.Seeing;

/// <summary><c>socketconnector capture</c> of one connection, into /dev/null.</summary>
internal sealed class CaptureReader : IAsyncDisposable
{
    // Packets, and not the head of a capture alone.
    private const double Begun = 1e6;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);
    private readonly Process _process;
    private readonly ProcessTree _tree;

    private CaptureReader(Process process) => (_process, _tree) = (process, new ProcessTree(process.Id));

    public double CpuSeconds => _tree.CpuSeconds();

    /// <summary>What it has written, wherever to (proc_pid_io(5)).</summary>
    public double WrittenBytes => File.ReadLines($"/proc/{_process.Id}/io")
        .Where(line => line.StartsWith("wchar:", StringComparison.Ordinal))
        .Sum(line => double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));

    /// <summary>Returns once it writes.</summary>
    public static async Task<CaptureReader> StartAsync(string program, SeenRelay relay, long connection)
    {
        string[] words = ["-c", "exec \"$@\" >/dev/null", "sh", program, "capture", "-", "--connection", $"{connection}", "--admin", $"unix:{relay.Socket}"];
        var capture = new CaptureReader(Process.Start(new ProcessStartInfo("/bin/sh", words) { UseShellExecute = false }) ?? throw new InvalidOperationException("capture does not start"));
        try
        {
            long start = Stopwatch.GetTimestamp();
            while (capture.WrittenBytes < Begun)
            {
                if (capture._process.HasExited || Stopwatch.GetElapsedTime(start) > _patience)
                {
                    throw new InvalidOperationException("capture writes nothing");
                }

                await Task.Delay(10);
            }

            return capture;
        }
        catch
        {
            await capture.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Tool.FirstLineAsync("kill", "-INT", $"{_process.Id}");
        await Task.WhenAny(_process.WaitForExitAsync(), Task.Delay(TimeSpan.FromSeconds(1)));
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
