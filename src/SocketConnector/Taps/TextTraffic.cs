using Microsoft.Extensions.Logging;

namespace SocketConnector.Taps;

/// <summary>Printable ASCII as it is, and <c>*</c> for any other byte.</summary>
/// <param name="log">Where it goes.</param>
/// <param name="connection">The connection's id.</param>
/// <param name="isCut">Whether a line is all that is shown of a chunk, however long it is.</param>
internal sealed class TextTraffic(ILogger log, long connection, bool isCut) : TrafficDisplay(log, connection)
{
    /// <summary>The most that a line shows, about a screen.</summary>
    internal const int MaxShown = 1024;

    protected override void Write(TrafficPiece piece)
    {
        if (isCut)
        {
            WriteLine(piece.Side, Printable(piece.Bytes));
            return;
        }

        for (int start = 0; start < piece.Bytes.Length; start += MaxShown)
        {
            WriteLine(piece.Side, Printable(piece.Part(start, MaxShown).Bytes));
        }
    }

    internal static string Printable(ReadOnlySpan<byte> chunk)
    {
        ReadOnlySpan<byte> shown = chunk[..Math.Min(chunk.Length, MaxShown)];
        string text = string.Create(shown.Length, shown, static (characters, bytes) =>
        {
            for (int i = 0; i < bytes.Length; i++)
            {
                characters[i] = PrintableAscii.Of(bytes[i], '*');
            }
        });
        return shown.Length == chunk.Length ? text : $"{text} (and {chunk.Length - shown.Length} bytes more)";
    }
}

/// <summary>What of a peer's bytes may stand in a log.</summary>
internal static class PrintableAscii
{
    /// <returns>The byte as a character; the other one where it is not printable ASCII.</returns>
    public static char Of(byte value, char otherwise) => value is >= 0x20 and <= 0x7E ? (char)value : otherwise;
}
