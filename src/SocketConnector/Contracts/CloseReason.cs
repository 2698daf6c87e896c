namespace SocketConnector;

/// <summary>Why a connection, or a peer that was never joined, was closed. The first cause decides.</summary>
/// <remarks>Later versions may add reasons, with new numbers: treat an unknown one as a failure.</remarks>
public enum CloseReason
{
    /// <summary>Both sides ended their half in order, and every byte was delivered. The side is the one that ended first.</summary>
    Completed = 0,

    /// <summary>The side's socket failed: the peer reset it, went away while it waited, or stopped answering keep-alive probes.</summary>
    PeerReset = 1,

    /// <summary>The side could not be connected to: refused, unreachable, its name did not resolve, or it led back to this connector.</summary>
    ConnectFailed = 2,

    /// <summary>The side could not be connected to within <see cref="ConnectorOptions.ConnectTimeout"/>.</summary>
    ConnectTimeout = 3,

    /// <summary>The side's verifier rejected the peer.</summary>
    AuthRejected = 4,

    /// <summary>
    /// A verifier threw, misused its pipe, or needed more than one <see cref="ConnectorOptions.BufferSize"/> at once. That is a fault of
    /// this program: no side is to blame.
    /// </summary>
    AuthFailed = 5,

    /// <summary>The side's verifier did not finish within <see cref="ConnectorOptions.AdmissionTimeout"/>.</summary>
    AuthTimeout = 6,

    /// <summary>
    /// A side had ended its half, or the connector drained, or <see cref="Connection.EndAsync"/> was called, and no byte moved for
    /// <see cref="ConnectorOptions.HalfCloseTimeout"/>. The side is the one that did not end its half, or that stopped reading; none where
    /// <see cref="Connection.EndAsync"/> waited for a transformer.
    /// </summary>
    HalfCloseTimeout = 7,

    /// <summary>The side's transformer threw, or did not consume its whole input.</summary>
    TransformFailed = 8,

    /// <summary><see cref="ConnectorOptions.BeforeJoining"/> threw, or did not finish within <see cref="ConnectorOptions.JoinTimeout"/>. No side is to blame.</summary>
    HookFailed = 9,

    /// <summary>
    /// Ended from this end: the connector was stopped or disposed, <see cref="Connection.Abort"/> was called, the accept limit was used up,
    /// or the connector itself had a fault. No side is to blame.
    /// </summary>
    Aborted = 10,

    /// <summary>
    /// Ended in order from this end, by <see cref="Connection.EndAsync"/>: what had been received was delivered, and both peers saw the
    /// end of the stream. No side is to blame.
    /// </summary>
    Ended = 11,

    /// <summary>The side's peer is one that must send a PROXY header (<see cref="ListenOptions.AcceptProxyFrom"/>), and sent something else.</summary>
    BadProxyHeader = 12,

    /// <summary>The side's peer did not send its PROXY header, take ours, or finish its TLS handshake within <see cref="ConnectorOptions.AdmissionTimeout"/>.</summary>
    AdmissionTimeout = 13,

    /// <summary>The side's peer is in a network of <see cref="ListenOptions.Deny"/>, or in none of <see cref="ListenOptions.Allow"/>.</summary>
    AccessDenied = 14,

    /// <summary>
    /// The side's peer is one more than may be there, by <see cref="ListenOptions.MaxConnections"/>, <see cref="ListenOptions.MaxConnectionsPerAddress"/>,
    /// <see cref="ListenOptions.MaxAdmitting"/>, <see cref="ListenOptions.MaxPending"/> or <see cref="ListenOptions.MaxPendingPerAddress"/>.
    /// </summary>
    LimitReached = 15,

    /// <summary>The address of the side's peer has connected more often than <see cref="ListenOptions.Rate"/> allows.</summary>
    RateLimited = 16,

    /// <summary>The side's peer waited for a partner for <see cref="ConnectorOptions.PendingTimeout"/>, and none came.</summary>
    PendingTimeout = 17,

    /// <summary>No byte moved, either way, for <see cref="ConnectorOptions.IdleTimeout"/>. No side is to blame.</summary>
    IdleTimeout = 18,

    /// <summary>The connection lasted for <see cref="ConnectorOptions.MaxLifetime"/>. No side is to blame.</summary>
    LifetimeReached = 19,

    /// <summary>
    /// The TLS handshake with the side's peer failed: its certificate was refused, or ours by it, or nothing was found that both speak; or its
    /// stream broke the rules of TLS later.
    /// </summary>
    TlsFailed = 20,

    /// <summary>
    /// The side's TLS stream ended without a close-notify (RFC 8446, section 6.1), so that nobody can know whether something is missing. The
    /// far side sees a reset.
    /// </summary>
    Truncated = 21,
}
