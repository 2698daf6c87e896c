using System.Text.Json;
using SocketConnector.Admin.Listing;

namespace SocketConnector.Admin.Views;

/// <summary>A peer in JSON.</summary>
internal static class PeerView
{
    public static void WriteOrNull(Utf8JsonWriter json, string name, Peer? peer)
    {
        if (peer is null)
        {
            json.WriteNull(name);
        }
        else
        {
            Write(json, name, peer);
        }
    }

    public static void Write(Utf8JsonWriter json, string name, Peer peer)
    {
        json.WriteStartObject(name);
        WriteFacts(json, peer);
        json.WriteEndObject();
    }

    public static void WriteFacts(Utf8JsonWriter json, Peer peer)
    {
        json.WriteNumber("id", peer.Id);
        json.WriteString("remote", AddressText.Remote(peer, peer.RemoteEndPoint));
        json.WriteString("local", AddressText.Of(peer.LocalEndPoint));
        json.WriteString("identity", peer.Identity);
        json.WriteBoolean("dialled", peer.WasDialled);
    }

    /// <summary>With everything that is known of it.</summary>
    public static void WriteDetails(Utf8JsonWriter json, string name, Peer peer, TcpInfo? tcp)
    {
        json.WriteStartObject(name);
        WriteFacts(json, peer);
        json.WriteString("socketRemote", AddressText.Remote(peer, peer.SocketRemoteEndPoint));
        json.WriteString("socketLocal", AddressText.Of(peer.SocketLocalEndPoint));
        json.WriteTime("connectedAt", peer.ConnectedAt);
        WriteTls(json, peer.Tls);
        WriteNumberOrNull(json, "processId", peer.ProcessId);
        WriteNumberOrNull(json, "userId", peer.UserId);
        TcpView.Write(json, "tcp", tcp);
        json.WriteEndObject();
    }

    private static void WriteTls(Utf8JsonWriter json, PeerTls? tls)
    {
        if (tls is null)
        {
            json.WriteNull("tls");
            return;
        }

        json.WriteStartObject("tls");
        json.WriteString("protocol", tls.Protocol.ToString());
        json.WriteString("cipherSuite", tls.CipherSuite.ToString());
        json.WriteString("serverName", tls.ServerName);
        json.WriteString("alpn", tls.ApplicationProtocol.ToString() is { Length: > 0 } protocol ? protocol : null);
        json.WriteEndObject();
    }

    private static void WriteNumberOrNull(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } value)
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
