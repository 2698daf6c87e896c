using System.Globalization;
using System.Net.Sockets;
using SocketConnector.Loops;

namespace SocketConnector.Sockets;

/// <summary>
/// Takes a descriptor from the runtime's socket. What the runtime has waited on once stays on its list of descriptors for good
/// (epoll(7): a registration belongs to the open file, not to the number), and would wake it for every byte that a loop moves;
/// so it is struck off there.
/// </summary>
internal static unsafe class Takeover
{
    private const int DuplicateCloseOnExec = 1030;
    private const int SetFlags = 4;
    private const int ReadWrite = 2;
    private const int Delete = 2;

    // In milliseconds, as long as there are none: it looks at every descriptor of the process.
    private const int BetweenLooks = 1000;

    private static int[] _epolls = [];
    private static long _looked = -BetweenLooks;

    /// <summary>The caller's socket is closed, and the descriptor owned, if this succeeds; otherwise nothing has changed.</summary>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public static bool TryTake(Socket socket, LoopGroup loops, out int descriptor)
    {
        descriptor = -1;
        if (Epolls(loops) is not { } epolls)
        {
            return false;
        }

        bool isHeld = false;
        try
        {
            socket.SafeHandle.DangerousAddRef(ref isHeld);
            int original = (int)socket.SafeHandle.DangerousGetHandle();
            descriptor = Kernel.Control(original, DuplicateCloseOnExec, 0);
            if (descriptor < 0)
            {
                return false;
            }

            // splice(2) looks at the open file's own flag.
            _ = Kernel.Control(descriptor, SetFlags, ReadWrite | Kernel.NonBlocking);
            foreach (int epoll in epolls)
            {
                _ = Kernel.ControlEpoll(epoll, Delete, original, null);
            }
        }
        finally
        {
            if (isHeld)
            {
                socket.SafeHandle.DangerousRelease();
            }
        }

        socket.Dispose();
        return true;
    }

    /// <summary>The runtime makes its own with the first socket that waits, and keeps them. Those of others do not know the socket, and nothing happens.</summary>
    /// <returns>None where the system does not tell.</returns>
    private static int[]? Epolls(LoopGroup loops)
    {
        // A socket that comes here on a loop's thread was connected at once: the runtime goes on upon no loop. So it never
        // waited, and the runtime does not watch it.
        if (_epolls.Length > 0 || EventLoop.Current is not null || Environment.TickCount64 - _looked is >= 0 and <= BetweenLooks)
        {
            return _epolls;
        }

        try
        {
            _epolls = [.. Directory.EnumerateFiles("/proc/self/fd")
                .Where(file => new FileInfo(file).LinkTarget is "anon_inode:[eventpoll]")
                .Select(file => int.Parse(Path.GetFileName(file), CultureInfo.InvariantCulture))
                .Where(epoll => !loops.Owns(epoll))];
            _looked = Environment.TickCount64;
            return _epolls;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // /proc is hidden, or no descriptor is left to read it with.
            return null;
        }
    }
}
