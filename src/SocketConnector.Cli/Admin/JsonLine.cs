using System.Buffers;
using System.Text.Json;

namespace SocketConnector.Cli.Admin;

/// <summary>What came, as one line: it holds no line break, and no character that drives a terminal.</summary>
internal static class JsonLine
{
    /// <param name="value">An object. What this version does not know of it is passed on.</param>
    /// <param name="names">In place of the id of its connector.</param>
    /// <param name="line">Where it is written.</param>
    public static void Write(JsonElement value, ConnectorNames names, IBufferWriter<byte> line)
    {
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            foreach (JsonProperty property in value.EnumerateObject())
            {
                if (!property.NameEquals("connector"u8))
                {
                    property.WriteTo(json);
                }
                else if (names.Of(property.Value.ToString()) is { } name)
                {
                    json.WriteString("connector"u8, name);
                }
            }

            json.WriteEndObject();
        }

        line.Write("\n"u8);
    }
}
