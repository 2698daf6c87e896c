namespace SocketConnector.Capture;

/// <summary>Masks what must not be in a capture.</summary>
/// <param name="connection">The connection.</param>
/// <param name="from">The side that the bytes come from.</param>
/// <param name="bytes">They may be changed. Pieces are as the relay moves them; what is to be found may lie across two.</param>
public delegate void CaptureRedaction(ConnectionFacts connection, Side from, Span<byte> bytes);
