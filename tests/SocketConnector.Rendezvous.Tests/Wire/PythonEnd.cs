using System.Diagnostics;
using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.Tests.Wire;

/// <summary>examples/rendezvous-end as its user starts it. Gone when disposed.</summary>
internal sealed class PythonEnd : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;

    private PythonEnd(string[] arguments)
    {
        var start = new ProcessStartInfo("python3", ["-B", Repository.Path("examples/rendezvous-end/scr1.py"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    private Stream Output => _process.StandardOutput.BaseStream;

    public static bool IsPossible => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, "python3")));

    public static PythonEnd Start(params string[] arguments) => new(arguments);

    public async Task WriteAsync(byte[] bytes)
    {
        await _process.StandardInput.BaseStream.WriteAsync(bytes).AsTask().InTimeAsync(what: "a write to standard input");
        await _process.StandardInput.BaseStream.FlushAsync();
    }

    public void EndInput() => _process.StandardInput.Close();

    public async Task<byte[]> ReadAsync(int count)
    {
        byte[] bytes = new byte[count];
        await Output.ReadExactlyAsync(bytes).AsTask().InTimeAsync(what: "bytes on standard output");
        return bytes;
    }

    /// <summary>The rest of standard output, what is on standard error, and the exit code.</summary>
    public async Task<(byte[] Output, string Errors, int Code)> EndAsync()
    {
        var rest = new MemoryStream();
        await Output.CopyToAsync(rest).InTimeAsync(what: "the end of standard output");
        await _process.WaitForExitAsync().InTimeAsync(what: "the end of the example");
        return (rest.ToArray(), (await _errors).TrimEnd(), _process.ExitCode);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync().InTimeAsync(what: "the end of the example");
        _process.Dispose();
    }
}
