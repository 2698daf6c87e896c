using System.Globalization;
using System.Net;
using SocketConnector.Admin.Listing;
using SocketConnector.Admin.Registry;

namespace SocketConnector.Admin.Views;

/// <summary>A running connection, as it is listed.</summary>
/// <param name="entry">Its connector.</param>
/// <param name="connection">The connection.</param>
/// <param name="rates">The last sample.</param>
internal sealed class ListedConnection(ConnectorEntry entry, Connection connection, RateReading rates) : IListed
{
    public ConnectorEntry Entry => entry;

    public Connection Connection => connection;

    public long Id => connection.Id;

    public DateTimeOffset JoinedAt => connection.JoinedAt;

    public long Bytes => connection.BytesAToB + connection.BytesBToA;

    public double Rate => Rates.Total;

    public Rate Rates { get; } = rates.OfConnection(connection.Id);

    public EndPoint? RemoteA => connection.PeerA.RemoteEndPoint;

    public EndPoint? RemoteB => connection.PeerB.RemoteEndPoint;

    public string? Identity => connection.PeerA.Identity ?? connection.PeerB.Identity;

    public IEnumerable<string> Texts()
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"#{connection.Id}");
        yield return entry.Connector.Name ?? entry.Id;
        foreach (Peer peer in new[] { connection.PeerA, connection.PeerB })
        {
            yield return AddressText.Remote(peer, peer.RemoteEndPoint);
            yield return AddressText.Of(peer.LocalEndPoint);
            if (peer.Identity is { } identity)
            {
                yield return identity;
            }
        }
    }
}
