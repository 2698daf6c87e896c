using System.Net.Sockets;
using SocketConnector.Sockets;

namespace SocketConnector.Tls;

/// <summary>Says how TLS has failed on a connection that was relayed.</summary>
internal static class TlsFailure
{
    /// <param name="error">What <see cref="System.Net.Security.SslStream"/> threw.</param>
    /// <param name="hasEnded">Whether the stream below has ended, which makes whatever fails a stream that was cut.</param>
    public static SocketException Of(Exception error, bool hasEnded) =>
        error as SocketException ?? error.InnerException as SocketException ?? (hasEnded
            ? new ExplainedSocketException(SocketError.ConnectionReset, "the TLS stream ended without a close-notify") { Cause = CloseReason.Truncated }
            : new ExplainedSocketException(SocketError.ConnectionReset, $"the TLS stream is broken: {TlsErrorText.Of(error)}") { Cause = CloseReason.TlsFailed });

    /// <summary>Observes a late failure, so that it is not reported as an unobserved task exception.</summary>
    public static void Observe(Task? task) => _ = task?.ContinueWith(
        static failed => failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
