using System.Net;
using System.Net.Sockets;
using SocketConnector.Loops;

namespace SocketConnector.Sockets;

/// <summary>Makes the stream socket that suits an end point, or a caller's.</summary>
internal static class ByteStreams
{
    /// <summary>Takes the socket over: with loops as a bare descriptor, otherwise as it is.</summary>
    public static ByteStream Of(Socket socket, LoopGroup? loops, bool isPromised = false) =>
        socket.ProtocolType is ProtocolType.Tcp is var isTcp && loops is not null && Takeover.TryTake(socket, loops, out int descriptor)
            ? new DescriptorSocket(descriptor, loops.Pick(), new DescriptorOrigin(isTcp), isPromised)
            : new RuntimeSocket(socket, isPromised: isPromised);

    public static Socket For(EndPoint endPoint) => endPoint switch
    {
        UnixDomainSocketEndPoint => new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified),

        // The system decides between IPv6 and IPv4 once the name is resolved.
        DnsEndPoint { AddressFamily: AddressFamily.Unspecified } => new Socket(SocketType.Stream, ProtocolType.Tcp),
        _ => new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp),
    };
}
