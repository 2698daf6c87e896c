using System.Text.Json;
using SocketConnector.Admin.Registry;

namespace SocketConnector.Admin.Views;

/// <summary>A peer that is not joined yet.</summary>
/// <param name="Entry">Its connector.</param>
/// <param name="Peer">The peer.</param>
/// <param name="Stage">The stage of admission that it is in; <see langword="null"/> where it has passed all.</param>
internal readonly record struct WaitingPeer(ConnectorEntry Entry, Peer Peer, string? Stage = null)
{
    public void Write(Utf8JsonWriter json, DateTimeOffset now)
    {
        json.WriteStartObject();
        PeerView.WriteFacts(json, Peer);
        json.WriteString("side", ReasonName.Of(Peer.Side));
        json.WriteString("connector", Entry.Id);
        json.WriteTime("since", Peer.ConnectedAt);
        json.WriteDuration(now > Peer.ConnectedAt ? now - Peer.ConnectedAt : TimeSpan.Zero);
        if (Stage is not null)
        {
            json.WriteString("stage", Stage);
        }

        json.WriteEndObject();
    }
}
