using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace SocketConnector.Sockets;

/// <summary>What every socket of the runtime gets before anything else happens on it; see <see cref="DescriptorSettings"/> for a bare descriptor.</summary>
internal static class SocketSettings
{
    /// <exception cref="SocketException">The socket has failed already.</exception>
    public static void Apply(Socket socket, KeepAliveOptions? keepAlive, TimeSpan? userTimeout)
    {
        // Looking for bytes to read or for room to write must never block.
        socket.Blocking = false;
        if (socket.ProtocolType != ProtocolType.Tcp)
        {
            return;
        }

        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, keepAlive is not null);
        if (keepAlive is not null)
        {
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, (int)keepAlive.Idle.TotalSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, (int)keepAlive.Interval.TotalSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, keepAlive.Count);
        }

        if (userTimeout is { } time && OperatingSystem.IsLinux())
        {
            // The runtime has no name for it.
            Span<byte> milliseconds = stackalloc byte[sizeof(int)];
            MemoryMarshal.Write(milliseconds, (int)time.TotalMilliseconds);
            socket.SetRawSocketOption(DescriptorSettings.TcpLevel, DescriptorSettings.UserTimeout, milliseconds);
        }
    }
}
