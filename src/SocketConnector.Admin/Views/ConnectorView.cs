using System.Net;
using System.Text.Json;
using SocketConnector.Admin.Listing;
using SocketConnector.Admin.Registry;

namespace SocketConnector.Admin.Views;

/// <summary>A connector in JSON.</summary>
internal static class ConnectorView
{
    public static void Write(Utf8JsonWriter json, ConnectorEntry entry, ConnectorStats stats, Rate rate)
    {
        Connector connector = entry.Connector;
        json.WriteStartObject();
        json.WriteString("id", entry.Id);
        json.WriteString("name", connector.Name);
        json.WriteString("state", entry.State);
        json.WriteBoolean("starving", connector.IsStarving);
        json.WriteTime("startedAt", connector.StartedAt);
        WriteEndPoints(json, "listensA", connector.EndPointsA);
        WriteEndPoints(json, "listensB", connector.EndPointsB);
        json.WriteNumber("active", stats.ActiveConnections);
        json.WriteNumber("pendingA", stats.PendingA);
        json.WriteNumber("pendingB", stats.PendingB);
        json.WriteNumber("admitting", stats.Admitting);
        json.WriteNumber("joined", stats.SocketPairs);
        json.WriteNumber("bytesAToB", stats.BytesAToB);
        json.WriteNumber("bytesBToA", stats.BytesBToA);
        json.WriteRate("rateAToB", rate.AToB);
        json.WriteRate("rateBToA", rate.BToA);
        json.WriteStartArray("closed");
        foreach (CloseCount closed in stats.Closed)
        {
            json.WriteStartObject();
            json.WriteString("reason", ReasonName.Of(closed.Reason));
            json.WriteString("side", ReasonName.Of(closed.Side));
            json.WriteNumber("count", closed.Count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("lostEvents", stats.LostEvents);
        json.WriteEndObject();
    }

    private static void WriteEndPoints(Utf8JsonWriter json, string name, IReadOnlyList<EndPoint> endPoints)
    {
        json.WriteStartArray(name);
        foreach (EndPoint endPoint in endPoints)
        {
            json.WriteStringValue(AddressText.Of(endPoint));
        }

        json.WriteEndArray();
    }
}
