using System.Net;
using System.Net.Sockets;

namespace SocketConnector.Admin.Listening;

/// <summary>The socket that the server listens on, bound and not yet listening.</summary>
internal sealed class ListeningSocket : IDisposable
{
    private ListeningSocket(Socket socket, EndPoint endPoint) => (Socket, EndPoint) = (socket, endPoint);

    public Socket Socket { get; }

    /// <summary>With the port that the system chose.</summary>
    public EndPoint EndPoint { get; }

    /// <exception cref="SocketException">It is in use, or may not be bound.</exception>
    /// <exception cref="IOException">A stale file cannot be removed.</exception>
    public static ListeningSocket Bind(EndPoint endPoint)
    {
        if (endPoint is UnixDomainSocketEndPoint unix)
        {
            return new ListeningSocket(UnixSocket.Bind(unix), unix);
        }

        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(endPoint);
            return new ListeningSocket(socket, socket.LocalEndPoint!);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Closes it, and removes its file, unless another process has bound that by now.</summary>
    /// <exception cref="IOException">The file cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be removed.</exception>
    public void Dispose()
    {
        Socket.Dispose();
        if (EndPoint is UnixDomainSocketEndPoint unix)
        {
            UnixSocket.RemoveStale(unix);
        }
    }
}
