using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SocketConnector.Transports;

/// <summary>Which file a path names now: another one may have taken its place.</summary>
/// <param name="Device">Where it is stored; 0 where only times tell.</param>
/// <param name="Number">Its number there (inode(7)), or else when it was last written to, in ticks.</param>
/// <param name="Kind">What it is.</param>
internal readonly partial record struct FileIdentity(ulong Device, ulong Number, FileIdentity.Kinds Kind)
{
    // fcntl.h and linux/stat.h: struct statx is the same on every processor.
    private const int CurrentFolder = -100;
    private const int DoNotFollow = 0x100;
    private const int OfDescriptor = 0x1000;
    private const uint TypeAndNumber = 0x1 | 0x100;
    private const int Size = 256;
    private const int ModeAt = 28;
    private const int NumberAt = 32;
    private const int DeviceAt = 136;
    private const int TypeMask = 0xF000;
    private const int TypeFolder = 0x4000;
    private const int TypeSocket = 0xC000;

    internal enum Kinds
    {
        Socket,
        Folder,
        Other,
    }

    /// <summary>Of what is there itself, not of what a link leads to.</summary>
    /// <returns>None where nothing is there, or nothing can be seen.</returns>
    public static FileIdentity? Of(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            return Ask(CurrentFolder, path, DoNotFollow);
        }

        // Elsewhere a socket cannot be told from a file without connecting to it, which then says so.
        return Directory.Exists(path) ? Timed(Directory.GetLastWriteTimeUtc(path), Kinds.Folder)
            : File.Exists(path) ? Timed(File.GetLastWriteTimeUtc(path), Kinds.Socket)
            : null;
    }

    public static FileIdentity? Of(SafeFileHandle file) => OperatingSystem.IsLinux()
        ? Ask((int)file.DangerousGetHandle(), "", OfDescriptor)
        : Timed(File.GetLastWriteTimeUtc(file), Kinds.Socket);

    private static FileIdentity Timed(DateTime written, Kinds kind) => new(0, (ulong)written.Ticks, kind);

    private static unsafe FileIdentity? Ask(int folder, string path, int flags)
    {
        byte* answer = stackalloc byte[Size];
        if (Ask(folder, path, flags, TypeAndNumber, answer) != 0)
        {
            return null;
        }

        Kinds kind = (*(ushort*)(answer + ModeAt) & TypeMask) switch { TypeSocket => Kinds.Socket, TypeFolder => Kinds.Folder, _ => Kinds.Other };
        return new FileIdentity(*(ulong*)(answer + DeviceAt), *(ulong*)(answer + NumberAt), kind);
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Ask(int folder, string path, int flags, uint wanted, byte* answer);
}
