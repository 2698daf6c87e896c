using System.Buffers;
using System.Text;
using SocketConnector.Cli.Events;

namespace SocketConnector.Cli.CommandLine;

/// <summary>Standard output of a command that shows something; what comes of a failure to write is its caller's.</summary>
internal sealed class ToolOutput : IDisposable
{
    private readonly ArrayBufferWriter<byte> _lines = new();
    private readonly Stream _output = StandardOutput.Open();

    /// <summary>Where lines are made before <see cref="Flush"/>.</summary>
    public IBufferWriter<byte> Lines => _lines;

    public void WriteLine(string line) => Encoding.UTF8.GetBytes($"{line}\n", _lines);

    public void EndLine() => _lines.Write("\n"u8);

    /// <exception cref="IOException">It cannot be written.</exception>
    public void Flush()
    {
        _output.Write(_lines.WrittenSpan);
        _lines.ResetWrittenCount();
    }

    public void Write(string text)
    {
        Encoding.UTF8.GetBytes(text, _lines);
        Flush();
    }

    public void Dispose() => _output.Dispose();
}
