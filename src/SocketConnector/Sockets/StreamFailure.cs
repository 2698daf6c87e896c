using System.Net.Sockets;
using SocketConnector.Diagnostics;

namespace SocketConnector.Sockets;

/// <summary>Tells what a user's stream or transport threw as a socket's failure, in its own words.</summary>
internal static class StreamFailure
{
    public static SocketException Of(Exception error) =>
        new ExplainedSocketException(Code(error), error is SocketException socket ? LegibleText.Of(SocketFailure.Reason(socket)) : ErrorText.Of(error));

    private static SocketError Code(Exception error) => (error as SocketException ?? error.InnerException as SocketException)?.SocketErrorCode switch
    {
        // Neither says of a failure that it is one.
        null or SocketError.Success or SocketError.WouldBlock => error is NotSupportedException ? SocketError.OperationNotSupported : SocketError.ConnectionReset,
        { } code => code,
    };
}
