namespace SocketConnector;

/// <summary>A connection was joined, or has ended; see <see cref="ConnectorOptions.Events"/>.</summary>
/// <param name="Id">The connection's id, which counts up from 1 within a connector.</param>
/// <param name="PeerA">The peer on side A. What was delivered to it is its <see cref="Peer.BytesSent"/>.</param>
/// <param name="PeerB">The peer on side B.</param>
/// <param name="Closed">How it ended; <see langword="null"/> when it was joined.</param>
public readonly record struct ConnectionEvent(long Id, Peer PeerA, Peer PeerB, CloseInfo? Closed);
