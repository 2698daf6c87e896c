using System.Security.Authentication;
using SocketConnector.Diagnostics;

namespace SocketConnector.Admission;

/// <summary>Why a socket will not be joined, and whose doing it is.</summary>
internal sealed record Refusal(CloseReason Reason, Side? Side, Exception Error)
{
    public static Refusal Stopped { get; } = new(CloseReason.Aborted, null, new OperationCanceledException("the connector was stopped"));

    /// <summary>A connect that failed, as <see cref="Transports.Dialer"/> throws it.</summary>
    public static Refusal OfConnect(Side side, Exception error) =>
        new(DialRecord.ReasonOf(error), side, error);

    /// <summary>What a caller that waits for this one socket gets thrown.</summary>
    public Exception ToException() => Reason switch
    {
        CloseReason.AuthRejected => new AuthenticationException(ErrorText.Of(Error), Error),
        CloseReason.AuthFailed => new InvalidOperationException($"The verifier failed: {ErrorText.Of(Error)}", Error),
        CloseReason.HookFailed when Error is not TimeoutException => new InvalidOperationException($"The hook failed: {ErrorText.Of(Error)}", Error),
        CloseReason.Aborted when this == Stopped => new ObjectDisposedException("SocketConnector.Connector", Error.Message),
        CloseReason.Aborted => new InvalidOperationException(Error.Message, Error),
        _ => Error,
    };
}
