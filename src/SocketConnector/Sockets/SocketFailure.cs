using System.Net;
using System.Net.Sockets;

namespace SocketConnector.Sockets;

/// <summary>Tells a socket's failure from a fault of ours, and says it in the system's own exception type.</summary>
internal static class SocketFailure
{
    /// <summary>What a socket throws when the peer, the network or a close here ended the operation.</summary>
    public static bool Is(Exception error) => error is SocketException or ObjectDisposedException || error.InnerException is SocketException;

    /// <summary>The same error with the end point in its message.</summary>
    public static SocketException At(string doing, EndPoint endPoint, SocketException error) =>
        new((int)error.SocketErrorCode, $"{doing} {EndPointText.Of(endPoint)}: {Reason(error, endPoint)}");

    /// <summary>The error in words, those of the field where it is a common one.</summary>
    public static string Reason(SocketException error, EndPoint? endPoint = null) => error is ExplainedSocketException ? error.Message : error.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => "the address is in use already",

        // The runtime's name for ENOENT, which it shares with EADDRNOTAVAIL.
        SocketError.AddressNotAvailable when endPoint is UnixDomainSocketEndPoint => "no such file or directory",
        SocketError.AddressNotAvailable => "the address does not belong to this machine",
        SocketError.AccessDenied => "permission denied",
        SocketError.ConnectionRefused => "connection refused",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "the host name is not known",
        SocketError.HostUnreachable => "no route to the host",
        SocketError.NetworkUnreachable => "the network cannot be reached",
        SocketError.TimedOut => "timed out",
        SocketError.TooManyOpenSockets => "this process has too many files open (ulimit -n)",
        _ => new SocketException((int)error.SocketErrorCode).Message,
    };
}
