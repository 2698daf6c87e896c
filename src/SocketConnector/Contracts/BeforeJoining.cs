namespace SocketConnector;

/// <summary>Called for each connection when both peers are there, before any byte is relayed.</summary>
/// <param name="context">The two peers, and what may still be set.</param>
/// <param name="cancellationToken">Cancelled when <see cref="ConnectorOptions.JoinTimeout"/> has passed or the connector stops.</param>
/// <returns>A task; the peers are joined when it finishes.</returns>
public delegate ValueTask BeforeJoining(JoinContext context, CancellationToken cancellationToken);
