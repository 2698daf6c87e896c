using Microsoft.Extensions.Logging;
using SocketConnector.Diagnostics;

namespace SocketConnector.Taps;

/// <summary>Shows what flows. A peer decides what stands there, so nothing but printable ASCII gets through.</summary>
internal sealed class TrafficLog(ILogger log, long connection) : Tap
{
    /// <summary>The most that is shown of one chunk, about a screen.</summary>
    internal const int MaxShown = 1024;

    public override void OnData(TapChunk chunk)
    {
        if (!log.IsEnabled(LogLevel.Information))
        {
            return;
        }

        if (chunk.Missed > 0)
        {
            log.MissedTraffic(connection, chunk.Missed, chunk.Side);
        }

        string text = Printable(chunk.Bytes);
        if (chunk.Side == Side.A)
        {
            log.AToB(connection, text);
        }
        else
        {
            log.BToA(connection, text);
        }
    }

    public override void OnClosed(TapClosed closed)
    {
        if (closed.Missed > 0)
        {
            log.MissedTrafficInAll(connection, closed.Missed);
        }
    }

    internal static string Printable(ReadOnlySpan<byte> chunk)
    {
        ReadOnlySpan<byte> shown = chunk[..Math.Min(chunk.Length, MaxShown)];
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
