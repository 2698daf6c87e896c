using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Threading.Channels;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.Processes;

/// <summary>Another program: its lines with deadlines, its signals, its end. Ended at the latest when disposed.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _name;
    private readonly Channel<string> _output = Channel.CreateUnbounded<string>();
    private readonly ConcurrentQueue<string> _allOutput = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly Task _readingOutput;
    private readonly Task _readingErrors;

    private ChildProcess(Process process, string name, bool readOutput, bool readErrors)
    {
        (_process, _name) = (process, name);
        _readingOutput = readOutput ? ReadOutputAsync() : Task.CompletedTask;
        _readingErrors = readErrors ? ReadErrorsAsync() : Task.CompletedTask;
    }

    public StreamWriter Input => _process.StandardInput;

    /// <summary>Standard output itself, where the process was started with nobody to read it.</summary>
    public StreamReader RawOutput => _process.StandardOutput;

    /// <summary>The same of standard error.</summary>
    public StreamReader RawErrors => _process.StandardError;

    public bool HasExited => _process.HasExited;

    public int Id => _process.Id;

    /// <summary>What it said on standard error, without the times.</summary>
    public IReadOnlyCollection<string> Errors => [.. _errors.Select(Times.Remove)];

    /// <summary>Both outputs as they are, with the times.</summary>
    public (IReadOnlyCollection<string> Output, IReadOnlyCollection<string> Errors) Raw => (_allOutput, _errors);

    /// <summary>How much processor time it has taken so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Its resident memory now, in KiB.</summary>
    public long ResidentKiB
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1024;
        }
    }

    /// <summary>Everything that it said, for the message of a failure.</summary>
    public string Told => $"{_name}\nstandard output:\n{string.Join('\n', _allOutput)}\nstandard error:\n{string.Join('\n', _errors)}";

    public static ChildProcess Start(
        string program, IEnumerable<string> arguments, bool readOutput = true, bool readErrors = true, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = Encoding.Latin1,
            StandardOutputEncoding = Encoding.Latin1,
        };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        return new ChildProcess(Process.Start(start)!, $"{program} {string.Join(' ', start.ArgumentList)}", readOutput, readErrors);
    }

    /// <summary>The next line of standard output, without its time.</summary>
    public async Task<string> ReadLineAsync()
    {
        try
        {
            return await _output.Reader.ReadAsync().AsTask().InTimeAsync(what: "a line");
        }
        catch (Exception error) when (error is TimeoutException or ChannelClosedException)
        {
            throw new InvalidOperationException($"no further line came from {Told}", error);
        }
    }

    /// <summary>Everything that it still writes, until it closes its standard output.</summary>
    public async Task<IReadOnlyList<string>> ReadLinesToEndAsync()
    {
        await _readingOutput.InTimeAsync(what: $"the end of the output of {Told}");
        var lines = new List<string>();
        while (_output.Reader.TryRead(out string? line))
        {
            lines.Add(line);
        }

        return lines;
    }

    public Task LineAsync(string containing) => Eventually.TrueAsync(
        () => _allOutput.Any(line => line.Contains(containing, StringComparison.Ordinal)), explain: () => $"standard output says '{containing}': {Told}");

    public Task ErrorLineAsync(string containing) => Eventually.TrueAsync(
        () => _errors.Any(line => line.Contains(containing, StringComparison.Ordinal)), explain: () => $"standard error says '{containing}': {Told}");

    /// <summary>Sends signals, one right after the other.</summary>
    public async Task SignalAsync(params IEnumerable<string> signals)
    {
        IEnumerable<string> kills = signals.Select(signal => string.Create(CultureInfo.InvariantCulture, $"kill -{signal} {_process.Id}"));
        using Process kill = Process.Start(new ProcessStartInfo("sh", ["-c", string.Join(" && ", kills)]) { UseShellExecute = false, RedirectStandardError = true })!;
        string trouble = await kill.StandardError.ReadToEndAsync().InTimeAsync();
        await kill.WaitForExitAsync().InTimeAsync();
        if (kill.ExitCode != 0)
        {
            // It may have ended meanwhile; nothing else will do.
            await _process.WaitForExitAsync().InTimeAsync(what: $"the end of what could not be sent a signal ({trouble.Trim()}): {Told}");
        }
    }

    /// <summary>The second of two signals; sent again until it ends, since the program takes an early one for an echo of the first.</summary>
    public async Task SignalUntilExitAsync(string signal)
    {
        while (!_process.HasExited)
        {
            await SignalAsync(signal);
            await Task.WhenAny(_process.WaitForExitAsync(), Task.Delay(50));
        }
    }

    /// <returns>The exit code, once both its outputs are read to the end.</returns>
    public async Task<int> ExitAsync(TimeSpan? within = null)
    {
        try
        {
            await _process.WaitForExitAsync().InTimeAsync(within, "the exit");
            await Task.WhenAll(_readingOutput, _readingErrors).InTimeAsync(within, "the end of its outputs");
        }
        catch (TimeoutException error)
        {
            throw new TimeoutException($"it goes on: {Told}", error);
        }

        return _process.ExitCode;
    }

    public async Task ExpectExitAsync(int code, TimeSpan? within = null)
    {
        int ended = await ExitAsync(within);
        Assert.True(code == ended, $"exit code {ended} instead of {code}: {Told}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync().InTimeAsync();
        _process.Dispose();
    }

    private async Task ReadOutputAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            _allOutput.Enqueue(line);
            _output.Writer.TryWrite(Times.Remove(line));
        }

        _output.Writer.Complete();
    }

    private async Task ReadErrorsAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            _errors.Enqueue(line);
        }
    }
}
