using System.Net;
using System.Net.Sockets;

namespace SocketConnector.Cli.Events;

/// <summary>How an event names an end point: as it would be written on the command line.</summary>
internal static class EndPointName
{
    public static string Of(EndPoint? endPoint) => endPoint switch
    {
        null => "unknown",
        UnixDomainSocketEndPoint unix => $"unix:{Quoted(UnixName.Of(unix))}",
        _ => endPoint.ToString()!,
    };

    /// <summary>Where a peer comes from. A client that has not named its Unix socket is known by its process and user.</summary>
    public static string Of(Peer? peer) => peer is { UserId: not null } ? peer.RemoteText : Of(peer?.RemoteEndPoint);

    private static string Quoted(string name) =>
        name.Contains(',', StringComparison.Ordinal) || name[0] == '"' ? $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : name;
}
