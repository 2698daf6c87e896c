using System.Net;

namespace SocketConnector.Cli.Running;

/// <summary>Which end points nobody beyond this machine has to do with.</summary>
internal static class LocalAddress
{
    public static bool Is(EndPoint endPoint) => endPoint switch
    {
        IPEndPoint ip => IPAddress.IsLoopback(ip.Address),
        DnsEndPoint name => name.Host == "localhost",
        _ => true,
    };
}
