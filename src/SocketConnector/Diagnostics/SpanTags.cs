using System.Net;
using System.Net.Sockets;

namespace SocketConnector.Diagnostics;

/// <summary>What a span says of a peer, by OpenTelemetry's names. Never its bytes, its identity or its key.</summary>
internal static class SpanTags
{
    public static List<KeyValuePair<string, object?>> Of(string? connectorName, Peer? peer)
    {
        var tags = new List<KeyValuePair<string, object?>>();
        if (connectorName is not null)
        {
            tags.Add(new(MeterTag.ConnectorName, connectorName));
        }

        if (peer is not null)
        {
            tags.Add(new("socketconnector.peer.id", peer.Id));
            tags.Add(new(MeterTag.Side, MeterTag.Of(peer.Side)));
            tags.AddRange(Of(peer.SocketRemote, "network.peer"));
            tags.AddRange(Of(peer.SocketLocal, "network.local"));
        }

        return tags;
    }

    /// <summary>An end point, and how it is reached.</summary>
    public static IEnumerable<KeyValuePair<string, object?>> Of(CompactEndPoint endPoint, string prefix)
    {
        if (endPoint.ToEndPoint() is IPEndPoint ip)
        {
            IPAddress address = ip.Address.IsIPv4MappedToIPv6 ? ip.Address.MapToIPv4() : ip.Address;
            return
            [
                new("network.transport", "tcp"),
                new("network.type", address.AddressFamily == AddressFamily.InterNetwork ? "ipv4" : "ipv6"),
                new($"{prefix}.address", address.ToString()),
                new($"{prefix}.port", ip.Port),
            ];
        }

        return !endPoint.IsKnown ? []
            : endPoint.IsUnix ? [new("network.transport", "unix"), new($"{prefix}.address", endPoint.ToString())]
            : [new($"{prefix}.address", endPoint.ToString())];
    }
}
