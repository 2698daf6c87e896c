using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using SocketConnector.Diagnostics;

namespace SocketConnector.Taps;

/// <summary>One JSON object a line, for programs: with the bytes as they are, and every gap.</summary>
/// <param name="log">Where it goes.</param>
/// <param name="connection">The connection's id.</param>
/// <param name="name">The connector's, if it has one.</param>
internal sealed class JsonTraffic(ILogger log, long connection, string? name) : TrafficDisplay(log, connection)
{
    /// <summary>With more in Base64, a line would be over the 16 KiB at which the logs of containers split it.</summary>
    internal const int MaxShown = 8 * 1024;

    public override void TellMissed(TrafficGap gap) => Log.TrafficJson(GapOf(gap, "dropped"));

    /// <summary>Each gap was told.</summary>
    public override void TellMissedInAll(long bytes)
    {
    }

    public override void TellSkipped(TrafficGap gap) => Log.TrafficJson(GapOf(gap, "skipped"));

    /// <summary>For a program there is nothing new in it.</summary>
    public override void TellNoMore(Side side, long shown)
    {
    }

    protected override void Write(TrafficPiece piece)
    {
        for (int start = 0; start < piece.Bytes.Length; start += MaxShown)
        {
            Log.TrafficJson(ObjectOf(piece.Part(start, MaxShown)));
        }
    }

    internal string ObjectOf(TrafficPiece piece)
    {
        var line = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(line))
        {
            WriteStart(json, "traffic"u8, new TrafficGap(piece.Side, piece.Time, piece.Offset, piece.Bytes.Length));
            json.WriteBase64String("data"u8, piece.Bytes);
            json.WriteEndObject();
        }

        return Encoding.ASCII.GetString(line.WrittenSpan);
    }

    internal string GapOf(TrafficGap gap, string reason)
    {
        var line = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(line))
        {
            WriteStart(json, "trafficGap"u8, gap);
            json.WriteString("reason"u8, reason);
            json.WriteEndObject();
        }

        return Encoding.ASCII.GetString(line.WrittenSpan);
    }

    private void WriteStart(Utf8JsonWriter json, ReadOnlySpan<byte> happened, TrafficGap place)
    {
        json.WriteStartObject();
        json.WriteString("time"u8, place.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        if (name is not null)
        {
            // The writer escapes what is not ASCII.
            json.WriteString("connector"u8, name);
        }

        json.WriteString("event"u8, happened);
        json.WriteNumber("id"u8, Connection);
        json.WriteString("side"u8, place.Side.ToString());
        json.WriteNumber("offset"u8, place.Offset);
        json.WriteNumber("length"u8, place.Count);
    }
}
