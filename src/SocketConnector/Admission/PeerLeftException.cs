namespace SocketConnector.Admission;

/// <summary>A built-in verifier found the end of the stream in place of what it waited for: the peer has left, and this program has no fault.</summary>
internal sealed class PeerLeftException() : EndOfStreamException("it ended its stream before it was authenticated");
