using System.Net.Sockets;
using SocketConnector.Sockets;

namespace SocketConnector.Transports;

/// <summary>Who may open a Unix socket's file, by the options of the side that listens on it.</summary>
internal static class UnixAccess
{
    /// <summary>What sets it. Names are looked up now, before there is a file.</summary>
    /// <exception cref="SocketException">There is no such user or group.</exception>
    public static Action<string> Of(ListenOptions options)
    {
        uint owner = UnixAccounts.User(options.UnixOwner), group = UnixAccounts.Group(options.UnixGroup);
        return path => Set(path, owner, group, options.UnixMode);
    }

    private static void Set(string path, uint owner, uint group, UnixFileMode? mode)
    {
        if (!UnixAccounts.TryGive(path, owner, group))
        {
            throw new ExplainedSocketException(SocketError.AccessDenied, "permission denied: this user may not give the socket to that owner or group");
        }

        if (mode is { } wanted && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, wanted);
        }
    }
}
