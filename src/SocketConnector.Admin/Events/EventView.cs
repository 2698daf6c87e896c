using System.Text.Json;
using SocketConnector.Admin.Registry;
using SocketConnector.Admin.Views;

namespace SocketConnector.Admin.Events;

/// <summary>Events in JSON.</summary>
internal static class EventView
{
    public static void WriteClosed(Utf8JsonWriter json, ConnectorEntry entry, ConnectionEvent happened)
    {
        json.WriteStartObject();
        json.WriteNumber("id", happened.ConnectionId!.Value);
        json.WriteString("connector", entry.Id);
        PeerView.Write(json, "a", happened.PeerA!);
        PeerView.Write(json, "b", happened.PeerB!);
        WriteReason(json, happened);
        json.WriteTime("time", happened.Time);
        json.WriteDuration(happened.Closed!.Duration);
        json.WriteNumber("bytesAToB", happened.PeerB!.BytesSent);
        json.WriteNumber("bytesBToA", happened.PeerA!.BytesSent);
        json.WriteEndObject();
    }

    public static void WriteRefused(Utf8JsonWriter json, ConnectorEntry entry, ConnectionEvent happened)
    {
        json.WriteStartObject();
        json.WriteString("connector", entry.Id);
        PeerView.WriteOrNull(json, "a", happened.PeerA);
        PeerView.WriteOrNull(json, "b", happened.PeerB);
        WriteReason(json, happened);
        json.WriteTime("time", happened.Time);
        json.WriteEndObject();
    }

    /// <summary>A connection that may have ended since: what is known of it is in the event.</summary>
    public static void WriteJoined(Utf8JsonWriter json, ConnectorEntry entry, ConnectionEvent happened)
    {
        json.WriteStartObject();
        json.WriteNumber("id", happened.ConnectionId!.Value);
        json.WriteString("connector", entry.Id);
        PeerView.Write(json, "a", happened.PeerA!);
        PeerView.Write(json, "b", happened.PeerB!);
        json.WriteTime("joinedAt", happened.Time);
        json.WriteDuration(TimeSpan.Zero);
        json.WriteNumber("bytesAToB", happened.PeerB!.BytesSent);
        json.WriteNumber("bytesBToA", happened.PeerA!.BytesSent);
        json.WriteRate("rateAToB", 0);
        json.WriteRate("rateBToA", 0);
        json.WriteString("engine", ReasonName.Of(entry.Connector.FindConnection(happened.ConnectionId.Value)?.Engine ?? RelayEngine.Portable));
        json.WriteEndObject();
    }

    private static void WriteReason(Utf8JsonWriter json, ConnectionEvent happened)
    {
        json.WriteString("reason", ReasonName.Of(happened.Closed!.Reason));
        json.WriteString("side", ReasonName.Of(happened.Closed.Side));
        json.WriteString("detail", happened.Detail);
    }
}
