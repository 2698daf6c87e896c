using System.Net;
using System.Net.Sockets;

namespace SocketConnector.Cli.Events;

/// <summary>How an event names an end point: as it would be written on the command line.</summary>
internal static class EndPointName
{
    public static string Of(EndPoint? endPoint) => endPoint switch
    {
        null => "unknown",
        UnixDomainSocketEndPoint unix => $"unix:{unix}",
        _ => endPoint.ToString()!,
    };
}
