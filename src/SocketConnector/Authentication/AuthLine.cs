using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using SocketConnector.Admission;

namespace SocketConnector.Authentication;

/// <summary>The short lines of text that both protocols consist of.</summary>
internal static class AuthLine
{
    /// <summary>With its end, a line feed; a carriage return before it counts for nothing.</summary>
    public const int MaxLength = 256;

    public static readonly byte[] Refused = "no\n"u8.ToArray();

    public static async ValueTask WriteAsync(PipeWriter output, string line, CancellationToken cancellationToken) =>
        await output.WriteAsync(Encoding.ASCII.GetBytes($"{line}\n"), cancellationToken).ConfigureAwait(false);

    /// <summary>Consumes one line, and not a byte behind it.</summary>
    /// <returns>The line without its end; none where it is too long.</returns>
    /// <exception cref="PeerLeftException">The stream has ended before the line has.</exception>
    public static async ValueTask<byte[]?> ReadAsync(PipeReader input, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult read = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            ReadOnlySequence<byte> most = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, MaxLength));
            if (most.PositionOf((byte)'\n') is { } end)
            {
                byte[] line = most.Slice(0, end).ToArray();
                input.AdvanceTo(read.Buffer.GetPosition(1, end));
                return line is [.. byte[] bare, (byte)'\r'] ? bare : line;
            }

            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (most.Length == MaxLength)
            {
                return null;
            }

            if (read.IsCompleted)
            {
                throw new PeerLeftException();
            }
        }
    }
}
