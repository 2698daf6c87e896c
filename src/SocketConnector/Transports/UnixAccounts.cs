using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using SocketConnector.Sockets;

namespace SocketConnector.Transports;

/// <summary>The users and groups of the system, by name or number.</summary>
internal static unsafe partial class UnixAccounts
{
    /// <summary>chown(2) leaves what is this.</summary>
    public const uint Unchanged = uint.MaxValue;

    // Room for the members of a large group.
    private const int MaxBytes = 1024 * 1024;

    // pwd.h and grp.h: both begin with two texts, then comes the number.
    private static readonly int _numberAt = 2 * sizeof(nint);

    /// <exception cref="SocketException">There is no such user.</exception>
    public static uint User(string? name) => Number(name, isUser: true);

    /// <exception cref="SocketException">There is no such group.</exception>
    public static uint Group(string? name) => Number(name, isUser: false);

    /// <returns>Whether this user may do that.</returns>
    public static bool TryGive(string path, uint user, uint group) => (user, group) is (Unchanged, Unchanged) || Give(path, user, group) == 0;

    private static uint Number(string? name, bool isUser)
    {
        if (name is null)
        {
            return Unchanged;
        }

        if (uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) && number != Unchanged)
        {
            return number;
        }

        // struct passwd and struct group are smaller than this everywhere.
        byte* entry = stackalloc byte[256];
        byte* found = null;
        byte* room = (byte*)NativeMemory.Alloc(MaxBytes);
        try
        {
            int failure = isUser ? FindUser(name, entry, room, MaxBytes, &found) : FindGroup(name, entry, room, MaxBytes, &found);
            return failure == 0 && found != null
                ? *(uint*)(entry + _numberAt)
                : throw new ExplainedSocketException(SocketError.InvalidArgument, $"there is no {(isUser ? "user" : "group")} '{name}'");
        }
        finally
        {
            NativeMemory.Free(room);
        }
    }

    [LibraryImport("libc", EntryPoint = "getpwnam_r", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int FindUser(string name, byte* entry, byte* room, nuint size, byte** found);

    [LibraryImport("libc", EntryPoint = "getgrnam_r", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int FindGroup(string name, byte* entry, byte* room, nuint size, byte** found);

    [LibraryImport("libc", EntryPoint = "lchown", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Give(string path, uint user, uint group);
}
