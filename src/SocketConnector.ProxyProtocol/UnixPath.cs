using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Unicode;

namespace SocketConnector.ProxyProtocol;

/// <summary>
/// The address of a Unix socket as version 2 has it, which is that of struct sockaddr_un (unix(7)): a path ends with a zero or fills the
/// room; the name of an abstract socket begins with one.
/// </summary>
internal static class UnixPath
{
    // sun_family.
    private const int PathAt = sizeof(ushort);

    public static void Write(UnixDomainSocketEndPoint endPoint, Span<byte> room)
    {
        SocketAddress address = endPoint.Serialize();
        ReadOnlySpan<byte> path = address.Buffer.Span[PathAt..address.Size];
        room.Clear();
        path[..Math.Min(path.Length, room.Length)].CopyTo(room);
    }

    /// <returns>None where it has no name, or one that .NET has no end point for: longer than it allows, or not UTF-8.</returns>
    public static UnixDomainSocketEndPoint? Read(ReadOnlySpan<byte> path)
    {
        bool isAbstract = path[0] == 0;
        ReadOnlySpan<byte> name = isAbstract ? path[1..] : path;
        int end = name.IndexOf((byte)0);
        name = end < 0 ? name : name[..end];

        if (name.IsEmpty || !Utf8.IsValid(name))
        {
            return null;
        }

        try
        {
            return new UnixDomainSocketEndPoint((isAbstract ? "\0" : "") + Encoding.UTF8.GetString(name));
        }
        catch (Exception error) when (error is ArgumentException or PlatformNotSupportedException)
        {
            // Longer than this system allows, which is less than 108 bytes on some; or it has no such sockets.
            return null;
        }
    }
}
