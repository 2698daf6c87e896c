using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using SocketConnector.Sockets;

namespace SocketConnector.Transports;

/// <summary>The file of a Unix socket that is listened on: made with the right permissions, and removed only as long as it is ours.</summary>
internal sealed class UnixSocketFile
{
    private readonly string _path;
    private readonly FileIdentity? _identity;

    private UnixSocketFile(string path) => (_path, _identity) = (path, FileIdentity.Of(path));

    /// <summary>
    /// Binds, in place of a stale file. No client can connect before the caller listens, and by then owner
    /// and permissions are what they should be.
    /// </summary>
    /// <param name="endPoint">A path, no abstract name; not on Windows, which does not tell one file from another.</param>
    /// <param name="protect">Sets owner and permissions of the path.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SocketException">Something else is there, or this user may not.</exception>
    public static async Task<(Socket Socket, UnixSocketFile File)> BindAsync(
        UnixDomainSocketEndPoint endPoint, Action<string> protect, TimeProvider time, CancellationToken cancellationToken)
    {
        string path = Path.GetFullPath(endPoint.ToString());
        using PathLock starting = await PathLock.TakeAsync(path, time, cancellationToken).ConfigureAwait(false);
        RemoveStale(path, endPoint);
        Socket socket = Bind(endPoint);
        var file = new UnixSocketFile(path);
        try
        {
            protect(path);
            return (socket, file);
        }
        catch
        {
            file.Remove();
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Comes before the socket is closed: as long as it is open the file is not taken for a stale one, and its number is not given
    /// to another file.
    /// </summary>
    public void Remove()
    {
        try
        {
            Delete();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It stays. The next start finds it stale.
        }
    }

    /// <summary>The same, for a caller that says why it stays.</summary>
    /// <exception cref="IOException">It cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be removed.</exception>
    public void Delete()
    {
        if (_identity is not null && FileIdentity.Of(_path) == _identity)
        {
            File.Delete(_path);
        }
    }

    private static void RemoveStale(string path, UnixDomainSocketEndPoint endPoint)
    {
        switch (FileIdentity.Of(path)?.Kind)
        {
            case null:
                return;
            case FileIdentity.Kinds.Folder:
                throw Taken("a directory is there");
            case FileIdentity.Kinds.Other:
                throw Taken("a file that is not a socket is there");
            default:
                if (IsLive(endPoint))
                {
                    throw Taken("the address is in use: another program listens there");
                }

                break;
        }

        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Taken("no program listens there any more, but this user may not remove the file");
        }
    }

    /// <summary>
    /// Looks without being seen: a socket of another type is refused where no process has bound the file, and told that it is of the
    /// wrong type where one has. Connecting in earnest would take a place in a queue, and count as a client.
    /// </summary>
    private static bool IsLive(UnixDomainSocketEndPoint endPoint)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            probe.Connect(endPoint);
            return true;
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode != SocketError.ConnectionRefused;
        }
    }

    /// <summary>The runtime's socket deletes the path that it was bound to when it is disposed, even if another process's file is there by then; one that was not bound by itself does not.</summary>
    [SuppressMessage("Usage", "CA1816", Justification = "Its finalizer would delete the path as well.")]
    private static Socket Bind(UnixDomainSocketEndPoint endPoint)
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

    private static ExplainedSocketException Taken(string reason) => new(SocketError.AddressAlreadyInUse, reason);
}
