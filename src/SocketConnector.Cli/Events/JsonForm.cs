using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using SocketConnector.Diagnostics;

namespace SocketConnector.Cli.Events;

/// <summary>An event as one JSON object.</summary>
internal static class JsonForm
{
    /// <param name="name">The connector's, a field of every event where it has one.</param>
    public static Action<RelayEvent, IBufferWriter<byte>> Of(string? name) => (happened, line) => Write(happened, name, line);

    /// <summary>The code by which another person reaches what is shared. For people it is no event, but a line of its own to be copied.</summary>
    /// <param name="code">A secret.</param>
    /// <param name="relay">Where it leads.</param>
    /// <param name="name">As in <see cref="Of"/>.</param>
    /// <param name="line">Where it is written.</param>
    public static void WriteCode(string code, EndPoint relay, string? name, IBufferWriter<byte> line)
    {
        using var json = new Utf8JsonWriter(line);
        WriteStart(json, TimeProvider.System.GetUtcNow(), name);
        json.WriteString("event"u8, "code"u8);
        json.WriteString("code"u8, code);
        json.WriteString("relay"u8, EndPointText.Of(relay));
        json.WriteEndObject();
    }

    private static void Write(RelayEvent happened, string? name, IBufferWriter<byte> line)
    {
        using var json = new Utf8JsonWriter(line);
        WriteStart(json, happened.Time, name);
        switch (happened)
        {
            case ListeningEvent listening:
                json.WriteString("event"u8, "listening"u8);
                WriteIfAny(json, "side"u8, listening.Side?.ToString());
                json.WriteString("endPoint"u8, EndPointName.Of(listening.EndPoint));
                break;
            case JoinedEvent joined:
                json.WriteString("event"u8, "joined"u8);
                json.WriteNumber("id"u8, joined.Id);
                json.WriteString("a"u8, joined.A);
                json.WriteString("b"u8, joined.B);
                WriteIfAny(json, "identityA"u8, joined.IdentityA);
                WriteIfAny(json, "identityB"u8, joined.IdentityB);
                break;
            case ClosedEvent closed:
                json.WriteString("event"u8, "closed"u8);
                json.WriteNumber("id"u8, closed.Id);
                WriteIfAny(json, "a"u8, closed.A);
                WriteIfAny(json, "b"u8, closed.B);
                WriteIfAny(json, "identityA"u8, closed.IdentityA);
                WriteIfAny(json, "identityB"u8, closed.IdentityB);
                WriteCause(json, new Cause(closed.Reason, closed.Side));
                json.WriteNumber("bytesAToB"u8, closed.BytesAToB);
                json.WriteNumber("bytesBToA"u8, closed.BytesBToA);
                json.WriteNumber("durationMs"u8, (long)closed.Duration.TotalMilliseconds);
                WriteIfAny(json, "detail"u8, closed.Detail);
                break;
            case PendingEvent pending:
                json.WriteString("event"u8, "pending"u8);
                json.WriteString("a"u8, pending.A);
                json.WriteString("b"u8, pending.B);
                break;
            case RefusedEvent refused:
                json.WriteString("event"u8, "refused"u8);
                WriteCause(json, new Cause(refused.Reason, refused.Side));
                json.WriteString("a"u8, refused.A);
                json.WriteString("b"u8, refused.B);
                json.WriteString("detail"u8, refused.Detail);
                break;
            case StoppedEvent stopped:
                json.WriteString("event"u8, "stopped"u8);
                json.WriteNumber("socketPairs"u8, stopped.SocketPairs);
                json.WriteNumber("bytesAToB"u8, stopped.BytesAToB);
                json.WriteNumber("bytesBToA"u8, stopped.BytesBToA);
                break;
            default:
                throw new UnreachableException();
        }

        json.WriteEndObject();
    }

    private static void WriteStart(Utf8JsonWriter json, DateTimeOffset time, string? name)
    {
        json.WriteStartObject();
        json.WriteString("time"u8, time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        WriteIfAny(json, "connector"u8, name);
    }

    private static void WriteIfAny(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteCause(Utf8JsonWriter json, Cause cause)
    {
        json.WriteString("reason"u8, cause.JsonReason);
        json.WriteString("side"u8, cause.Side?.ToString());
    }
}
