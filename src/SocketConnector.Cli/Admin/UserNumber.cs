using System.Runtime.InteropServices;

namespace SocketConnector.Cli.Admin;

/// <summary>Numbers of users, which Windows has not.</summary>
internal static unsafe partial class UserNumber
{
    // Linux, fcntl.h and linux/stat.h: struct statx is the same on every processor.
    private const int CurrentFolder = -100;
    private const int DoNotFollow = 0x100;
    private const uint TypeModeAndOwner = 0x1 | 0x2 | 0x8;
    private const int OwnerAt = 20;
    private const int ModeAt = 28;

    // macOS, sys/stat.h: struct stat with numbers of 64 bits.
    private const int OwnerAtMac = 16;
    private const int ModeAtMac = 4;

    // Of both.
    private const int Size = 256;
    private const int TypeMask = 0xF000;
    private const int TypeFolder = 0x4000;

    public static uint? OfProcess() => OperatingSystem.IsWindows() ? null : GetEffective();

    /// <summary>Whether this user may trust what is in a folder: it is one, no link to one, and theirs. Always on Windows, which gives each user a folder of their own.</summary>
    public static bool OwnsFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return true;
        }

        byte* answer = stackalloc byte[Size];
        if (OperatingSystem.IsMacOS())
        {
            int failure = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? AskMacOnIntel(path, answer) : AskMac(path, answer);
            return failure == 0 && IsOwnFolder(*(ushort*)(answer + ModeAtMac), *(uint*)(answer + OwnerAtMac));
        }

        return Ask(CurrentFolder, path, DoNotFollow, TypeModeAndOwner, answer) == 0 && IsOwnFolder(*(ushort*)(answer + ModeAt), *(uint*)(answer + OwnerAt));
    }

    private static bool IsOwnFolder(ushort mode, uint owner) => (mode & TypeMask) == TypeFolder && owner == GetEffective();

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffective();

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Ask(int folder, string path, int flags, uint wanted, byte* answer);

    [LibraryImport("libc", EntryPoint = "lstat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AskMac(string path, byte* answer);

    // There lstat itself is the one with numbers of 32 bits.
    [LibraryImport("libc", EntryPoint = "lstat$INODE64", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AskMacOnIntel(string path, byte* answer);
}
