using System.Text.Json;

namespace SocketConnector.Admin.Views;

/// <summary>A connection in JSON.</summary>
internal static class ConnectionView
{
    public static void Write(Utf8JsonWriter json, ListedConnection listed, DateTimeOffset now)
    {
        Connection connection = listed.Connection;
        json.WriteStartObject();
        WriteHead(json, listed);
        PeerView.Write(json, "a", connection.PeerA);
        PeerView.Write(json, "b", connection.PeerB);
        WriteFigures(json, listed, now);
        json.WriteEndObject();
    }

    public static void WriteDetails(Utf8JsonWriter json, ListedConnection listed, DateTimeOffset now)
    {
        Connection connection = listed.Connection;
        json.WriteStartObject();
        WriteHead(json, listed);
        PeerView.WriteDetails(json, "a", connection.PeerA, connection.GetTcpInfo(Side.A));
        PeerView.WriteDetails(json, "b", connection.PeerB, connection.GetTcpInfo(Side.B));
        WriteFigures(json, listed, now);
        json.WriteEndObject();
    }

    private static void WriteHead(Utf8JsonWriter json, ListedConnection listed)
    {
        json.WriteNumber("id", listed.Connection.Id);
        json.WriteString("connector", listed.Entry.Id);
    }

    private static void WriteFigures(Utf8JsonWriter json, ListedConnection listed, DateTimeOffset now)
    {
        Connection connection = listed.Connection;
        json.WriteTime("joinedAt", connection.JoinedAt);
        json.WriteDuration(now > connection.JoinedAt ? now - connection.JoinedAt : TimeSpan.Zero);
        json.WriteNumber("bytesAToB", connection.BytesAToB);
        json.WriteNumber("bytesBToA", connection.BytesBToA);
        json.WriteRate("rateAToB", listed.Rates.AToB);
        json.WriteRate("rateBToA", listed.Rates.BToA);
        json.WriteString("engine", ReasonName.Of(connection.Engine));
    }
}
