using System.Globalization;
using System.Net.Sockets;

namespace SocketConnector.TestKit;

/// <summary>What this process has open, as Linux tells it.</summary>
public static class Descriptors
{
    /// <summary>How many descriptors are open other than files: the runtime opens those of an assembly when it first needs it, and keeps them.</summary>
    public static int OtherThanFiles() => Links().Count(link => !link.StartsWith('/'));

    /// <summary>How many sockets are open.</summary>
    public static int Sockets() => Links().Count(link => link.StartsWith("socket:", StringComparison.Ordinal));

    /// <summary>The same once the sockets that others forgot are closed by their finalizers.</summary>
    public static int SettledSockets()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Sockets();
    }

    /// <summary>How many ends of pipes are open.</summary>
    public static int Pipes() => Links().Count(link => link.StartsWith("pipe:", StringComparison.Ordinal));

    /// <summary>The number that the system knows an open socket by, whichever descriptors lead to it.</summary>
    public static long InodeOf(Socket socket)
    {
        // "socket:[12345]" (proc_pid_fd(5)).
        string link = new FileInfo($"/proc/self/fd/{socket.Handle}").LinkTarget ?? throw new InvalidOperationException("the socket is closed");
        return long.Parse(link.AsSpan("socket:[".Length).TrimEnd(']'), CultureInfo.InvariantCulture);
    }

    /// <summary>How many instances of epoll(7) of this process watch it; each wakes somebody for every event.</summary>
    public static int WatchersOf(long inode)
    {
        // "tfd: 12 events: 8000201d data: 0 pos:0 ino:1a2b sdev:8" for each watched descriptor (proc_pid_fdinfo(5)).
        string ending = string.Create(CultureInfo.InvariantCulture, $" ino:{inode:x} ");
        return Directory.EnumerateFiles("/proc/self/fdinfo").Sum(file => WatchedIn(file).Count(line => line.Contains(ending, StringComparison.Ordinal)));
    }

    private static IEnumerable<string> WatchedIn(string file)
    {
        try
        {
            return [.. File.ReadLines(file).Where(line => line.StartsWith("tfd:", StringComparison.Ordinal))];
        }
        catch (IOException)
        {
            // Closed since it was listed.
            return [];
        }
    }

    private static IEnumerable<string> Links()
    {
        foreach (string path in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
        {
            string? link;
            try
            {
                link = new FileInfo(path).LinkTarget;
            }
            catch (IOException)
            {
                // Closed since it was listed.
                continue;
            }

            if (link is not null)
            {
                yield return link;
            }
        }
    }
}
