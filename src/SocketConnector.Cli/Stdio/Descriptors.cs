using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using SocketConnector.Diagnostics;

namespace SocketConnector.Cli.Stdio;

/// <summary>
/// Standard input and output by their numbers. The console's own stream reads a terminal by lines of its own and takes EAGAIN for a failure;
/// FileStream reads and writes a file at an offset of its own, which others that share the file do not see.
/// </summary>
internal static unsafe partial class Descriptors
{
    // fcntl.h and poll.h, the same on Linux and macOS; errno.h differs.
    private const int Input = 0;
    private const int GetDescriptorFlags = 1;
    private const int GetFileFlags = 3;
    private const int CloseOnExec = 1;
    private const int AccessMode = 3;
    private const int WriteOnly = 1;
    private const short PollInput = 1;
    private const int Interrupted = 4;
    private static readonly int _again = OperatingSystem.IsLinux() ? 11 : 35;

    /// <summary>Reads some bytes, none at the end; blocks its thread.</summary>
    /// <returns>How many.</returns>
    public delegate int ReadSome(Span<byte> room);

    /// <returns>None where the program was started without it, whatever has got its number since.</returns>
    public static ReadSome? TryOpenInput() =>
        OperatingSystem.IsWindows() ? Console.OpenStandardInput().Read
        : IsReadable() ? Read
        : null;

    /// <returns>None where the program was started without it.</returns>
    public static Stream? TryOpenOutput() => StandardStream.TryOpen(StandardStream.Output);

    /// <summary>Replaces a descriptor with the null device rather than closing it, or a socket could get its number.</summary>
    public static void Close(int number)
    {
        if (!OperatingSystem.IsWindows())
        {
            using SafeFileHandle none = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            _ = Duplicate((int)none.DangerousGetHandle(), number);
        }
    }

    /// <summary>Waits until standard input can be read without blocking, or is at its end, or another descriptor is.</summary>
    /// <param name="other">The other one.</param>
    /// <param name="milliseconds">For how long; -1 for ever.</param>
    public static (bool Input, bool Other) WaitForInput(int other, int milliseconds)
    {
        PollEntry* entries = stackalloc PollEntry[] { new() { Descriptor = Input, Asked = PollInput }, new() { Descriptor = other, Asked = PollInput } };
        return Poll(entries, 2, milliseconds) > 0 ? (entries[0].Answered != 0, entries[1].Answered != 0) : (false, false);
    }

    /// <summary>Whether a pipe that is written to is still read, which a write would tell only when there is something to write.</summary>
    /// <param name="pipe">Open, and held so by the caller.</param>
    public static bool IsRead(SafeFileHandle pipe)
    {
        // Errors are told without being asked for: POLLERR on Linux, POLLHUP on macOS.
        var entry = new PollEntry { Descriptor = (int)pipe.DangerousGetHandle() };
        return OperatingSystem.IsWindows() || Poll(&entry, 1, 0) <= 0;
    }

    private static bool IsReadable()
    {
        int flags = Control(Input, GetDescriptorFlags);
        return flags >= 0 && (flags & CloseOnExec) == 0 && (Control(Input, GetFileFlags) & AccessMode) != WriteOnly;
    }

    private static int Read(Span<byte> room)
    {
        while (true)
        {
            nint count;
            fixed (byte* start = room)
            {
                count = Read(Input, start, (nuint)room.Length);
            }

            if (count >= 0)
            {
                return (int)count;
            }

            int error = Marshal.GetLastPInvokeError();
            if (error == _again)
            {
                // Another process that shares it has made it non-blocking.
                var entry = new PollEntry { Descriptor = Input, Asked = PollInput };
                _ = Poll(&entry, 1, -1);
            }
            else if (error != Interrupted)
            {
                throw new IOException(Marshal.GetPInvokeErrorMessage(error));
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int descriptor, int command);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int descriptor, void* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(PollEntry* entries, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    private static partial int Duplicate(int from, int to);

    /// <summary>struct pollfd of poll(2).</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Asked;
        public short Answered;
    }
}
