using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;

namespace SocketConnector.Admin.Listening;

/// <summary>The file of the Unix socket: bound so that only its user may open it, in place of a stale one, and removed at the end.</summary>
internal static class UnixSocket
{
    // errno of Linux and macOS, errno of macOS.
    private const int NoSuchDevice = 6;
    private const int NotSupported = 102;

    private const UnixFileMode OwnersAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Binds without listening: nobody can connect before the caller listens, and by then the permissions are what they should be.</summary>
    /// <exception cref="SocketException">Something else is there, or this user may not.</exception>
    /// <exception cref="IOException">The stale file cannot be removed.</exception>
    public static Socket Bind(UnixDomainSocketEndPoint endPoint)
    {
        RemoveStale(endPoint);
        Socket socket = BindWithoutOwningTheFile(endPoint);
        try
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(endPoint.ToString(), OwnersAlone);
            }

            return socket;
        }
        catch
        {
            socket.Dispose();
            RemoveStale(endPoint);
            throw;
        }
    }

    /// <summary>Removes the file where no process has bound it any more. What is no socket, or is listened on, stays.</summary>
    /// <exception cref="IOException">It cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    public static void RemoveStale(UnixDomainSocketEndPoint endPoint)
    {
        if (IsStale(endPoint))
        {
            File.Delete(endPoint.ToString());
        }
    }

    /// <summary>
    /// Looks without being seen: a socket of another type is refused where no process has bound the file, and told that it is of the wrong type
    /// where one has. A file that is no socket refuses as well.
    /// </summary>
    private static bool IsStale(UnixDomainSocketEndPoint endPoint)
    {
        string path = endPoint.ToString();
        if (!File.Exists(path) || File.ResolveLinkTarget(path, returnFinalTarget: false) is not null || !IsSocket(path))
        {
            return false;
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            probe.Connect(endPoint);
            return false;
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode == SocketError.ConnectionRefused;
        }
    }

    /// <summary>open(2) fails on a socket (ENXIO; EOPNOTSUPP on macOS), and neither fails nor waits on anything else that is opened to be read and written.</summary>
    private static bool IsSocket(string path)
    {
        if (Directory.Exists(path))
        {
            return false;
        }

        try
        {
            using FileStream file = new(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 });
            return false;
        }
        catch (IOException error)
        {
            // A file that somebody has locked, or runs, fails as well, and for another reason.
            return error.HResult is NoSuchDevice or NotSupported;
        }
        catch (UnauthorizedAccessException)
        {
            // Not ours, so not ours to remove.
            return false;
        }
    }

    /// <summary>The runtime's socket deletes the path that it has bound when it is disposed, even if another process's file is there by then.</summary>
    [SuppressMessage("Usage", "CA1816", Justification = "Its finalizer would delete the path as well.")]
    private static Socket BindWithoutOwningTheFile(UnixDomainSocketEndPoint endPoint)
    {
        var binding = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            binding.Bind(endPoint);
        }
        catch
        {
            binding.Dispose();
            throw;
        }

        var handle = new SafeSocketHandle(binding.SafeHandle.DangerousGetHandle(), ownsHandle: true);
        binding.SafeHandle.SetHandleAsInvalid();
        GC.SuppressFinalize(binding);
        return new Socket(handle);
    }
}
