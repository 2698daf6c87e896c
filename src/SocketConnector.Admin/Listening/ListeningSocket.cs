using System.Net;
using System.Net.Sockets;
using SocketConnector.Transports;

namespace SocketConnector.Admin.Listening;

/// <summary>The socket that the server listens on, bound and not yet listening.</summary>
internal sealed class ListeningSocket : IDisposable
{
    private const UnixFileMode OwnersAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private UnixSocketFile? _file;

    private ListeningSocket(Socket socket, EndPoint endPoint, UnixSocketFile? file) => (Socket, EndPoint, _file) = (socket, endPoint, file);

    public Socket Socket { get; }

    /// <summary>With the port that the system chose.</summary>
    public EndPoint EndPoint { get; }

    /// <param name="endPoint">Where. The file of a Unix socket is one that only its user may open.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SocketException">It is in use, or may not be bound.</exception>
    public static async Task<ListeningSocket> BindAsync(EndPoint endPoint, TimeProvider time, CancellationToken cancellationToken)
    {
        if (endPoint is UnixDomainSocketEndPoint unix && !OperatingSystem.IsWindows())
        {
            (Socket bound, UnixSocketFile file) = await UnixSocketFile.BindAsync(unix, Protect, time, cancellationToken).ConfigureAwait(false);
            return new ListeningSocket(bound, unix, file);
        }

        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, endPoint is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified);
        try
        {
            socket.Bind(endPoint);
            return new ListeningSocket(socket, socket.LocalEndPoint!, null);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Removes its file, unless that is another process's by now. Comes before the socket is closed.</summary>
    /// <exception cref="IOException">The file cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be removed.</exception>
    public void RemoveFile() => Interlocked.Exchange(ref _file, null)?.Delete();

    public void Dispose()
    {
        Interlocked.Exchange(ref _file, null)?.Remove();
        Socket.Dispose();
    }

    private static void Protect(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, OwnersAlone);
        }
    }
}
