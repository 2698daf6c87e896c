using System.Net;
using System.Net.Sockets;

namespace SocketConnector.Sockets;

/// <summary>Makes the stream socket that suits an end point.</summary>
internal static class StreamSockets
{
    public static Socket For(EndPoint endPoint) => endPoint switch
    {
        UnixDomainSocketEndPoint => new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified),

        // The system decides between IPv6 and IPv4 once the name is resolved.
        DnsEndPoint { AddressFamily: AddressFamily.Unspecified } => new Socket(SocketType.Stream, ProtocolType.Tcp),
        _ => new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp),
    };
}
