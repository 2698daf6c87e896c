using System.IO.Pipelines;

namespace SocketConnector;

/// <summary>Decides whether a socket may be joined, by talking to it.</summary>
/// <param name="context">The peer, and a pipe to it.</param>
/// <param name="cancellationToken">Cancelled when <see cref="ConnectorOptions.AdmissionTimeout"/> has passed or the connector stops.</param>
/// <returns><see cref="AuthResult.Accepted"/>, or <see cref="AuthResult.Rejected"/> with a reason for the log.</returns>
/// <remarks>
/// Consume exactly the authentication message (<see cref="PipeReader.AdvanceTo(SequencePosition)"/>): what is left unread in the
/// pipe belongs to the stream and is relayed first. The pipe holds one <see cref="ConnectorOptions.BufferSize"/> at most; a read
/// that wants more, with nothing of it consumed, throws. Neither complete the pipe nor keep it; the connector owns it. Throwing
/// anything, or misusing the pipe, ends the peer with <see cref="CloseReason.AuthFailed"/> and a reset.
/// </remarks>
public delegate ValueTask<AuthResult> SocketAuthVerifier(AuthContext context, CancellationToken cancellationToken);

/// <summary>What a verifier sees: who it is, and a pipe to talk over.</summary>
public sealed class AuthContext
{
    internal AuthContext(Peer peer, IDuplexPipe transport) => (Peer, Transport) = (peer, transport);

    /// <summary>The peer to be verified, or, on a side that connects out, the one to prove oneself to.</summary>
    public Peer Peer { get; }

    /// <summary>Reads from and writes to the peer. A write is sent by <see cref="PipeWriter.FlushAsync"/>.</summary>
    public IDuplexPipe Transport { get; }
}

/// <summary>A verifier's verdict.</summary>
public readonly record struct AuthResult
{
    private AuthResult(bool isAccepted, string? reason) => (IsAccepted, Reason) = (isAccepted, reason);

    /// <summary>The peer may be joined.</summary>
    public static AuthResult Accepted { get; } = new(true, null);

    /// <summary>Whether the peer may be joined.</summary>
    public bool IsAccepted { get; }

    /// <summary>Why not, for the log.</summary>
    public string? Reason { get; }

    /// <summary>With whom it may be matched: peers of an equal key. Peers without one match each other.</summary>
    public string? Key { get; private init; }

    /// <summary>What <see cref="Peer.Items"/> gets, once the verdict is in time.</summary>
    public IEnumerable<KeyValuePair<object, object?>>? Items { get; private init; }

    /// <summary>The peer may be joined, and this is known of it.</summary>
    /// <param name="key">With whom it may be matched; compared ordinally. It does not matter for one that is dialled for, or joined by name.</param>
    /// <param name="items">What its <see cref="Peer.Items"/> get.</param>
    /// <returns>The verdict.</returns>
    public static AuthResult Accept(string? key = null, IEnumerable<KeyValuePair<object, object?>>? items = null) => new(true, null) { Key = key, Items = items };

    /// <summary>The peer may not be joined; its socket is closed, nothing else.</summary>
    /// <param name="reason">Why, for the log.</param>
    /// <returns>The verdict.</returns>
    public static AuthResult Rejected(string? reason = null) => new(false, reason);
}
