using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace SocketConnector.Admin.Listing;

/// <summary>How end points are written. A peer may have bound its Unix socket to any path; JSON escapes what must be.</summary>
internal static class AddressText
{
    private const string Unknown = "unknown";

    /// <summary>Of a peer, or of its socket.</summary>
    public static string Remote(Peer peer, EndPoint? endPoint) => endPoint is UnixDomainSocketEndPoint unix && unix.ToString().Length == 0 && peer.UserId is { } user
        ? string.Create(CultureInfo.InvariantCulture, $"unix:({(peer.ProcessId is { } process ? $"pid {process}, " : "")}user {user})")
        : Of(endPoint);

    public static string Of(EndPoint? endPoint) => endPoint switch
    {
        null => Unknown,
        IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped => new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port).ToString(),
        DnsEndPoint dns => string.Create(CultureInfo.InvariantCulture, $"{dns.Host}:{dns.Port}"),
        UnixDomainSocketEndPoint unix => unix.ToString() is { Length: > 0 } path ? $"unix:{path}" : "unix:(unnamed)",
        _ => Named(endPoint),
    };

    /// <summary>It may be of a user's own kind, and fail even at that.</summary>
    private static string Named(EndPoint endPoint)
    {
        try
        {
            return endPoint.ToString() ?? Unknown;
        }
        catch (Exception)
        {
            return endPoint.GetType().Name;
        }
    }
}
