using System.IO.Pipelines;

namespace SocketConnector;

/// <summary>What a verifier sees: the peer, and a pipe to it.</summary>
public sealed class AuthContext
{
    internal AuthContext(Peer peer, IDuplexPipe transport) => (Peer, Transport) = (peer, transport);

    /// <summary>The peer to be verified, or, on a side that connects out, the one to prove oneself to.</summary>
    public Peer Peer { get; }

    /// <summary>Reads from and writes to the peer. A write is sent by <see cref="PipeWriter.FlushAsync"/>.</summary>
    public IDuplexPipe Transport { get; }
}
