using Microsoft.Extensions.Logging;

namespace SocketConnector.Diagnostics;

/// <summary>Shows what flows. A peer decides what stands there, so nothing but printable ASCII gets through.</summary>
internal sealed class TrafficLog(ILogger log)
{
    /// <summary>The most that is shown of one chunk; a line longer than a screen helps nobody.</summary>
    internal const int MostShown = 1024;

    public void Show(long id, Side from, ReadOnlySpan<byte> chunk)
    {
        if (!log.IsEnabled(LogLevel.Information))
        {
            return;
        }

        string text = Printable(chunk);
        if (from == Side.A)
        {
            log.AToB(id, text);
        }
        else
        {
            log.BToA(id, text);
        }
    }

    internal static string Printable(ReadOnlySpan<byte> chunk)
    {
        ReadOnlySpan<byte> shown = chunk[..Math.Min(chunk.Length, MostShown)];
        string text = string.Create(shown.Length, shown, static (characters, bytes) =>
        {
            for (int i = 0; i < bytes.Length; i++)
            {
                characters[i] = bytes[i] is >= 0x20 and <= 0x7E ? (char)bytes[i] : '*';
            }
        });
        return shown.Length == chunk.Length ? text : $"{text} (and {chunk.Length - shown.Length} bytes more)";
    }
}
