using System.Net;
using System.Net.Sockets;

namespace SocketConnector.Cli.Events;

/// <summary>How an event names an end point: as it would be written on the command line.</summary>
internal static class EndPointName
{
    private const char AbstractSign = '@';
    private const int NameAt = 2;

    public static string Of(EndPoint? endPoint) => endPoint switch
    {
        null => "unknown",
        UnixDomainSocketEndPoint unix => $"unix:{Unix(unix)}",
        _ => endPoint.ToString()!,
    };

    /// <summary>A Unix socket's name without a file (unix(7)), which begins with a zero where a path has a letter.</summary>
    public static bool IsAbstract(EndPoint endPoint) =>
        endPoint is UnixDomainSocketEndPoint && endPoint.Serialize() is { Size: > NameAt } address && address[NameAt] == 0;

    private static string Unix(UnixDomainSocketEndPoint endPoint)
    {
        string name = endPoint.ToString();
        return name.Length == 0 ? "(unnamed)"
            : name[0] == AbstractSign && !IsAbstract(endPoint) ? Quoted($"./{name}")
            : Quoted(name);
    }

    private static string Quoted(string name) =>
        name.Contains(',', StringComparison.Ordinal) || name[0] == '"' ? $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : name;
}

/// <summary>A client that has not named its Unix socket, as the kernel tells of it.</summary>
internal sealed class UnnamedClient(int? processId, long userId) : EndPoint
{
    public override string ToString() => FormattableString.Invariant($"unix:({(processId is int process ? $"pid {process}, " : "")}user {userId})");
}
