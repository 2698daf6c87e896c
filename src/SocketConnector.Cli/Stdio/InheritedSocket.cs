using System.Net;
using System.Net.Sockets;
using SocketConnector.Diagnostics;

namespace SocketConnector.Cli.Stdio;

/// <summary>The socket that standard output may be, as under inetd and sshd. Closing one of its numbers ends nothing while others are open.</summary>
internal sealed class InheritedSocket
{
    private readonly Socket _socket;

    private InheritedSocket(Socket socket) => _socket = socket;

    /// <summary>Where it leads to; none where that is not told by an address.</summary>
    public EndPoint? Remote => Address(static socket => socket.RemoteEndPoint);

    /// <summary>This end of it, likewise.</summary>
    public EndPoint? Local => Address(static socket => socket.LocalEndPoint);

    /// <returns>None where standard output is something else.</returns>
    public static InheritedSocket? TryOpen()
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        try
        {
            return new InheritedSocket(new Socket(new SafeSocketHandle(StandardStream.Output, ownsHandle: false)));
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>Under inetd, standard error is the same socket, and the peer would read every message.</summary>
    public static bool HoldsErrors() =>
        OperatingSystem.IsLinux() && Link(StandardStream.Output) is { } output && output.StartsWith("socket:", StringComparison.Ordinal) && output == Link(StandardStream.Error);

    public void EndSending()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The peer has gone, as the next read says.
        }
    }

    /// <summary>Once the process has closed it, the peer reads a reset.</summary>
    public void ResetAtExit()
    {
        try
        {
            _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (SocketException)
        {
            // It has failed already.
        }
    }

    private IPEndPoint? Address(Func<Socket, EndPoint?> read)
    {
        try
        {
            return _socket.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 ? read(_socket) as IPEndPoint : null;
        }
        catch (SocketException)
        {
            // The peer has gone.
            return null;
        }
    }

    private static string? Link(int number)
    {
        try
        {
            return new FileInfo($"/proc/self/fd/{number}").LinkTarget;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
