using System.Net.Sockets;

namespace SocketConnector;

/// <summary>What a Unix socket can be called: a path, an abstract name of Linux, or nothing (unix(7)).</summary>
internal static class UnixName
{
    // The family comes first, 16 bits of it everywhere.
    private const int NameAt = 2;

    /// <summary>Its text begins with <c>@</c>, as that of a path may.</summary>
    public static bool IsAbstract(UnixDomainSocketEndPoint endPoint) =>
        endPoint.ToString().StartsWith('@') && endPoint.Serialize() is { Size: > NameAt } address && address[NameAt] == 0;

    public static string Of(UnixDomainSocketEndPoint endPoint) => endPoint.ToString() switch
    {
        "" => "(unnamed)",
        ['@', ..] path when !IsAbstract(endPoint) => $"./{path}",
        string name => name,
    };
}

/// <summary>The end of a client that has not named its Unix socket, with what the kernel tells of it.</summary>
/// <param name="EndPoint">Without a name.</param>
/// <param name="ProcessId">Of the process that connected, where it can be seen from here.</param>
/// <param name="UserId">Of that process, at the connect.</param>
internal sealed record UnnamedUnixPeer(UnixDomainSocketEndPoint EndPoint, int? ProcessId, uint UserId)
{
    public override string ToString() =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"unix:({(ProcessId is int process ? $"pid {process}, " : "")}user {UserId})");
}
