using System.Net.Sockets;

namespace SocketConnector.Cli.Running;

/// <summary>Says in one line why the program could not start, and what to do about it.</summary>
internal static class StartFailure
{
    public static string Describe(SocketException error) => Advice(error) is { Length: > 0 } advice ? $"{error.Message}; {advice}" : error.Message;

    private static string Advice(SocketException error) => error.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse when IsUnix(error) => AdviceOnPath(error.Message),
        SocketError.AddressAlreadyInUse => "choose another port, or stop the program that listens there",
        SocketError.AccessDenied when error.Message.Contains("give the socket", StringComparison.Ordinal) => "name one of this user's own groups, or run with the right to",
        SocketError.AccessDenied when IsUnix(error) => "choose a path that this user may use",
        SocketError.AccessDenied => "choose a port above 1023, or run with the right to use this one",
        SocketError.AddressNotAvailable when error.Message.Contains("cannot connect from ", StringComparison.Ordinal) => "choose one of this machine's addresses, or leave bind out",
        SocketError.AddressNotAvailable when !IsUnix(error) => "choose one of this machine's addresses, or a port alone for all of them",
        SocketError.ConnectionRefused => "start what should listen there first, or correct the address",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "check the spelling, or write an IP address",
        SocketError.InvalidArgument when error.Message.Contains("there is no ", StringComparison.Ordinal) => "check the spelling, or write a number",
        SocketError.TimedOut => "check the address and what filters on the way, or allow more with --connect-timeout",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable => "check the address and this machine's network",
        _ => IsUnix(error) ? "check the path" : "",
    };

    private static string AdviceOnPath(string message) =>
        message.EndsWith("a directory is there", StringComparison.Ordinal) ? "choose another path"
        : message.EndsWith("not a socket is there", StringComparison.Ordinal) ? "choose another path, or remove the file"
        : message.EndsWith("may not remove the file", StringComparison.Ordinal) ? "choose another path, or have its owner remove it"
        : "choose another path, or stop the program that listens there";

    private static bool IsUnix(SocketException error) => error.Message.Contains(" unix:", StringComparison.Ordinal);
}
