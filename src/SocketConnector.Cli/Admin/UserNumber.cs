using System.Runtime.InteropServices;

namespace SocketConnector.Cli.Admin;

/// <summary>Numbers of users, which Windows has not.</summary>
internal static unsafe partial class UserNumber
{
    // fcntl.h and linux/stat.h: struct statx is the same on every processor.
    private const int CurrentFolder = -100;
    private const int DoNotFollow = 0x100;
    private const uint TypeModeAndOwner = 0x1 | 0x2 | 0x8;
    private const int Size = 256;
    private const int OwnerAt = 20;
    private const int ModeAt = 28;
    private const int TypeMask = 0xF000;
    private const int TypeFolder = 0x4000;

    public static uint? OfProcess() => OperatingSystem.IsWindows() ? null : GetEffective();

    /// <summary>Whether this user may trust what is in a folder: it is one, no link to one, and theirs. Always on systems that do not tell.</summary>
    public static bool OwnsFolder(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return true;
        }

        byte* answer = stackalloc byte[Size];
        return Ask(CurrentFolder, path, DoNotFollow, TypeModeAndOwner, answer) == 0
            && (*(ushort*)(answer + ModeAt) & TypeMask) == TypeFolder
            && *(uint*)(answer + OwnerAt) == GetEffective();
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffective();

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Ask(int folder, string path, int flags, uint wanted, byte* answer);
}
