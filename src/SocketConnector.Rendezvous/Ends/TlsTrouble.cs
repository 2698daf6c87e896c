using System.Net.Sockets;

namespace SocketConnector.Rendezvous.Ends;

/// <summary>Tells a relay with which TLS has failed from one that cannot be reached.</summary>
internal static class TlsTrouble
{
    private const string MayNot = "it may not speak TLS";

    /// <returns>What to throw in place of what the dial threw; nothing where TLS is not to blame.</returns>
    public static IOException? Of(Exception error, RendezvousEndPoint where) => where.Relay.Tls is not null && Reason(error) is { } reason
        ? new IOException($"no TLS with the relay {where.RelayText}: {reason}", error)
        : null;

    private static string? Reason(Exception error) => error switch
    {
        InvalidDataException => error.Message,
        EndOfStreamException => $"it has closed the connection; {MayNot}",
        TimeoutException => $"it does not answer; {MayNot}",
        SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown } => $"it has reset the connection; {MayNot}",
        IOException { InnerException: SocketException inner } => Reason(inner),
        _ => null,
    };
}
