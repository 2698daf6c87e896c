using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace SocketConnector.Diagnostics;

/// <summary>
/// Standard output or error, written with write(2) and nothing else. The console's own stream needs a further descriptor, which may be
/// what there is none of; it takes a broken pipe for success (dotnet/runtime, ConsolePal.Unix.cs, Write), and FileStream would
/// write a file at an offset of its own, over what others have written to it meanwhile.
/// </summary>
[SuppressMessage("ApiDesign", "RS0030", Justification = "This is the one place that opens standard output and error.")]
internal sealed unsafe partial class StandardStream : Stream
{
    public const int Output = 1;
    public const int Error = 2;

    // fcntl.h and poll.h, the same on Linux and macOS; errno.h differs.
    private const int GetDescriptorFlags = 1;
    private const int GetFileFlags = 3;
    private const int CloseOnExec = 1;
    private const int AccessMode = 3;
    private const int ReadOnly = 0;
    private const short PollOutput = 4;
    private const int Interrupted = 4;
    private const int BrokenPipe = 32;
    private static readonly int _again = OperatingSystem.IsLinux() ? 11 : 35;

    private readonly int _descriptor;

    private StandardStream(int descriptor) => _descriptor = descriptor;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <returns>None where the process was started without it, whatever has got its number since: a socket of a peer, or a pipe of the runtime.</returns>
    public static Stream? TryOpen(int descriptor)
    {
        if (OperatingSystem.IsWindows())
        {
            return descriptor == Output ? Console.OpenStandardOutput() : Console.OpenStandardError();
        }

        return IsInherited(descriptor) ? new StandardStream(descriptor) : null;
    }

    /// <summary>Whether a write has failed because nobody reads any more, which is no fault: the reader has what it wanted.</summary>
    public static bool IsReaderGone(IOException error) => error.HResult == BrokenPipe;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (!IsInherited(_descriptor))
        {
            // Closed since, and its number may be a peer's socket by now.
            throw new IOException("it was closed");
        }

        while (!buffer.IsEmpty)
        {
            nint written;
            fixed (byte* start = buffer)
            {
                written = Write(_descriptor, start, (nuint)buffer.Length);
            }

            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }

            int error = Marshal.GetLastPInvokeError();
            if (error == _again)
            {
                // Another process that shares the pipe has made it non-blocking.
                var entry = new PollEntry { Descriptor = _descriptor, Asked = PollOutput };
                _ = Poll(&entry, 1, -1);
            }
            else if (error != Interrupted)
            {
                throw new IOException(Marshal.GetPInvokeErrorMessage(error), error);
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // Nothing is held back.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>
    /// What came through execve(2) is not marked to be closed by it; what the runtime and this library open is. A number that is
    /// open for reading alone is not what it should be either.
    /// </summary>
    private static bool IsInherited(int descriptor)
    {
        int flags = Control(descriptor, GetDescriptorFlags);
        return flags >= 0 && (flags & CloseOnExec) == 0 && (Control(descriptor, GetFileFlags) & AccessMode) != ReadOnly;
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int descriptor, int command);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int descriptor, void* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(PollEntry* entries, nuint count, int milliseconds);

    /// <summary>struct pollfd of poll(2).</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Asked;
        public short Answered;
    }
}
