using System.Buffers;
using System.Text.Json;

namespace SocketConnector.Cli.Admin;

/// <summary>What came, as one line: it holds no line break, and no character that drives a terminal.</summary>
internal static class JsonLine
{
    public static void Write(JsonElement value, IBufferWriter<byte> line)
    {
        using (var json = new Utf8JsonWriter(line))
        {
            value.WriteTo(json);
        }

        line.Write("\n"u8);
    }
}
