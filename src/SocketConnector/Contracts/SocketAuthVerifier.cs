using System.IO.Pipelines;

namespace SocketConnector;

/// <summary>Decides whether a socket may be joined, by talking to it.</summary>
/// <param name="context">The peer, and a pipe to it.</param>
/// <param name="cancellationToken">Cancelled when <see cref="ConnectorOptions.AdmissionTimeout"/> has passed or the connector stops.</param>
/// <returns><see cref="AuthResult.Accept"/>, or <see cref="AuthResult.Reject"/> with a reason for the log.</returns>
/// <remarks>
/// Consume exactly the authentication message (<see cref="PipeReader.AdvanceTo(SequencePosition)"/>): what is left unread in the
/// pipe belongs to the stream and is relayed first. The pipe holds one <see cref="ConnectorOptions.BufferSize"/> at most; a read
/// that wants more, with nothing of it consumed, throws. Neither complete the pipe nor keep it; the connector owns it. Throwing
/// anything, or misusing the pipe, ends the peer with <see cref="CloseReason.AuthFailed"/> and a reset.
/// </remarks>
public delegate ValueTask<AuthResult> SocketAuthVerifier(AuthContext context, CancellationToken cancellationToken);
