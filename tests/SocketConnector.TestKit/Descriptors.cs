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
