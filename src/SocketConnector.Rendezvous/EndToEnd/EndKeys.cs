using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.EndToEnd;

/// <summary>The keys by which two ends prove themselves to each other, of one secret.</summary>
/// <param name="ListenProof">That of the end that listens.</param>
/// <param name="ConnectProof">That of the end that connects.</param>
internal sealed record EndKeys(byte[] ListenProof, byte[] ConnectProof)
{
    public byte[] Of(EndRole role) => role == EndRole.Listen ? ListenProof : ConnectProof;

    /// <summary>Shows no key, so that it may end up in a log.</summary>
    public override string ToString() => "(proof keys)";
}
