using SocketConnector.Admin.Http;
using SocketConnector.Admin.Registry;
using SocketConnector.Admin.Views;

namespace SocketConnector.Admin.Resources;

/// <summary>Peers that are not joined yet: those that wait for a partner, and those that are being admitted.</summary>
internal sealed class Waiting(ConnectorRegistry registry, TimeProvider time)
{
    /// <summary>More than anybody reads.</summary>
    internal const int MaxPeers = 1000;

    public IEnumerable<Route> Routes() =>
    [
        new("GET", "/v1/pending", call => ListAsync(call, Pending)) { Parameters = ["connector"] },
        new("GET", "/v1/admitting", call => ListAsync(call, Admitting)) { Parameters = ["connector"] },
    ];

    private static IEnumerable<WaitingPeer> Pending(ConnectorEntry entry) =>
        entry.Connector.GetPending(Side.A).Concat(entry.Connector.GetPending(Side.B)).Select(peer => new WaitingPeer(entry, peer));

    private static IEnumerable<WaitingPeer> Admitting(ConnectorEntry entry) =>
        entry.Connector.GetAdmitting().Select(admitting => new WaitingPeer(entry, admitting.Peer, admitting.Stage));

    private Task ListAsync(Call call, Func<ConnectorEntry, IEnumerable<WaitingPeer>> of)
    {
        WaitingPeer[] all = [.. registry.Wanted(call.Parameters).SelectMany(of).OrderBy(static one => one.Peer.ConnectedAt).ThenBy(static one => one.Peer.Id)];
        return Answer.JsonAsync(call.Context, json =>
        {
            DateTimeOffset now = time.GetUtcNow();
            json.WriteStartObject();
            json.WriteTime("time", now);
            json.WriteNumber("total", all.Length);
            json.WriteStartArray("peers");
            foreach (WaitingPeer one in all.Take(MaxPeers))
            {
                one.Write(json, now);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }
}
