using System.Security.Cryptography;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.EndToEnd;

/// <summary>
/// Nonces, proofs, then bare bytes. The relay cannot pretend to be the other end at the start; but whatever comes after, it can change.
/// </summary>
internal sealed class ProofFlight : FirstFlight
{
    private readonly EndRole _role;
    private readonly EndKeys _keys;
    private readonly byte[] _nonce = RandomNumberGenerator.GetBytes(ProofMessage.NonceLength);

    public ProofFlight(EndRole role, EndKeys keys)
    {
        (_role, _keys) = (role, keys);
        Early = role == EndRole.Connect ? _nonce : default;
    }

    public override async ValueTask<EndTransport> ContinueAsync(EndTransport transport, CancellationToken cancellationToken)
    {
        if (Early.IsEmpty)
        {
            await transport.Stream.WriteAsync(_nonce, cancellationToken).ConfigureAwait(false);
        }

        byte[] theirs = new byte[ProofMessage.NonceLength];
        await transport.Stream.ReadExactlyAsync(theirs, cancellationToken).ConfigureAwait(false);
        await Proof.ExchangeAsync(transport.Stream, Of(_role, theirs), Of(Proof.Other(_role), theirs), cancellationToken).ConfigureAwait(false);
        return transport;
    }

    private byte[] Of(EndRole role, byte[] theirs) => _role == EndRole.Listen
        ? ProofMessage.OfNonces(_keys.Of(role), role, _nonce, theirs)
        : ProofMessage.OfNonces(_keys.Of(role), role, theirs, _nonce);
}
