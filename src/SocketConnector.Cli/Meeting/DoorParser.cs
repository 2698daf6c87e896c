using SocketConnector.Cli.EndPoints;
using SocketConnector.Cli.Stdio;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.Meeting;

/// <summary>Reads where a relay listens, which is on sockets of its own.</summary>
internal static class DoorParser
{
    private static readonly string[] _others = [ViaSettings.Scheme, StandardEndPoint.Written];

    public static Parsed<ListenOptions> Parse(string text) => Mistake(text) is { } mistake ? mistake : EndPointParser.Listen(text);

    /// <returns>What is wrong with one that is no socket; nothing where it may be one.</returns>
    public static Wrong? Mistake(string text) => _others.FirstOrDefault(other => text.StartsWith(other, StringComparison.Ordinal)) is { } other
        ? new Wrong($"a relay listens on sockets of its own, and {other} is none; write a port, host:port or unix:/path")
        : null;
}
