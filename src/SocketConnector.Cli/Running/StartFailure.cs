using System.Net.Sockets;

namespace SocketConnector.Cli.Running;

/// <summary>Says in one line why the program could not start, and what to do about it.</summary>
internal static class StartFailure
{
    private const string UnixScheme = " unix:";

    public static string Describe(SocketException error) => Advice(error) is { Length: > 0 } advice ? $"{error.Message}; {advice}" : error.Message;

    private static string Advice(SocketException error) => error.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse when IsDirectory(error) => "that is a directory; choose a path inside it",
        SocketError.AddressAlreadyInUse when IsUnix(error) => "choose another path, or remove the file if no program listens on it",
        SocketError.AddressAlreadyInUse => "choose another port, or stop the program that listens there",
        SocketError.AccessDenied when IsUnix(error) => "choose a path that this user may use",
        SocketError.AccessDenied => "choose a port above 1023, or run with the right to use this one",
        SocketError.AddressNotAvailable when !IsUnix(error) => "choose one of this machine's addresses, or a port alone for all of them",
        SocketError.ConnectionRefused => "start what should listen there first, or correct the address",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "check the spelling, or write an IP address",
        SocketError.TimedOut => "check the address and what filters on the way, or allow more with --connect-timeout",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable => "check the address and this machine's network",
        _ => IsUnix(error) ? "check the path" : "",
    };

    private static bool IsUnix(SocketException error) => error.Message.Contains(UnixScheme, StringComparison.Ordinal);

    private static bool IsDirectory(SocketException error)
    {
        string[] parts = error.Message.Split(UnixScheme, 2);
        return parts.Length == 2 && Directory.Exists(parts[1][..Math.Max(0, parts[1].LastIndexOf(": ", StringComparison.Ordinal))]);
    }
}
