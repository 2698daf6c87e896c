using System.Net;
using System.Net.Sockets;

namespace SocketConnector;

/// <summary>How end points are written in messages, errors and statistics. A peer may have bound its Unix socket to any path.</summary>
internal static class EndPointText
{
    public static string Of(EndPoint? endPoint) => LegibleText.Of(Raw(endPoint));

    private static string Raw(EndPoint? endPoint) => endPoint switch
    {
        null => "unknown",
        DnsEndPoint dns => $"{dns.Host}:{dns.Port}",
        UnixDomainSocketEndPoint unix => $"unix:{UnixName.Of(unix)}",
        _ => Named(endPoint),
    };

    /// <summary>It may be of a user's own kind, and fail even at that.</summary>
    private static string Named(EndPoint endPoint)
    {
        try
        {
            return endPoint.ToString() ?? endPoint.GetType().Name;
        }
        catch (Exception)
        {
            return endPoint.GetType().Name;
        }
    }
}
