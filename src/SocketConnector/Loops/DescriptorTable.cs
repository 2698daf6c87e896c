using System.Runtime.InteropServices;

namespace SocketConnector.Loops;

/// <summary>
/// The process's table of file descriptors, as the kernel itself tells. Not by /proc/self/fd: that takes a descriptor to open,
/// may be hidden or not mounted, and makes a file of each entry.
/// </summary>
internal static unsafe partial class DescriptorTable
{
    // asm-generic/resource.h, the same on x64 and arm64.
    private const int OpenFiles = 7;
    private const int GetFlags = 1;

    /// <summary>How many this process may have open (RLIMIT_NOFILE); the runtime raised the soft limit to the hard one when it started.</summary>
    /// <returns><see cref="long.MaxValue"/> for no limit, and where it is not known.</returns>
    public static long Limit()
    {
        if (!OperatingSystem.IsLinux())
        {
            return long.MaxValue;
        }

        try
        {
            ulong* softAndHard = stackalloc ulong[2];
            return GetLimit(OpenFiles, softAndHard) == 0 ? (long)Math.Min(*softAndHard, long.MaxValue) : long.MaxValue;
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            // No libc by that name; the portable engine does without.
            return long.MaxValue;
        }
    }

    /// <summary>Asks for each number whether it is open: some 50 ns each, so a millisecond for 20 000.</summary>
    public static int CountOpen(long limit)
    {
        int open = 0;
        for (int number = 0; number < limit; number++)
        {
            open += Kernel.Control(number, GetFlags, 0) >= 0 ? 1 : 0;
        }

        return open;
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, ulong* softAndHard);
}
