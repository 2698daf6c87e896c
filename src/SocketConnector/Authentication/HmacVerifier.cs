using System.Security.Cryptography;

namespace SocketConnector.Authentication;

/// <summary>The end that challenges, and proves itself in turn once the other has.</summary>
internal sealed class HmacVerifier(KeyRing keys)
{
    public async ValueTask<AuthResult> RunAsync(AuthContext context, CancellationToken cancellationToken)
    {
        string nonce = HmacExchange.NewNonce();
        await AuthLine.WriteAsync(context.Transport.Output, HmacExchange.Challenge(nonce), cancellationToken).ConfigureAwait(false);
        byte[]? line = await AuthLine.ReadAsync(context.Transport.Input, cancellationToken).ConfigureAwait(false);

        // Every step is taken whatever the earlier ones found.
        (HmacExchange exchange, byte[] proof, bool isWellFormed) = HmacExchange.ReadResponse(line, nonce);
        HmacKey key = keys.Find(exchange.Name, out bool isKnown);
        bool isProven = CryptographicOperations.FixedTimeEquals(exchange.Proof(key, HmacExchange.Prover), proof);
        string acceptance = exchange.Acceptance(key);
        if (isWellFormed & isKnown & isProven)
        {
            await AuthLine.WriteAsync(context.Transport.Output, acceptance, cancellationToken).ConfigureAwait(false);
            return AuthResult.Accept(identity: key.Name);
        }

        await context.Transport.Output.WriteAsync(AuthLine.Refused, cancellationToken).ConfigureAwait(false);
        return AuthResult.Reject(
            !isWellFormed ? "malformed response to the challenge"
            : isKnown ? $"wrong proof for the key '{key.Name}'"
            : $"there is no key '{exchange.Name}'");
    }
}
