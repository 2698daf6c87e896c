using System.Security.Cryptography;

namespace SocketConnector.Authentication;

/// <summary>The end that answers a challenge, and has the other prove itself too.</summary>
internal sealed class HmacProver(HmacKey key)
{
    public async ValueTask<AuthResult> RunAsync(AuthContext context, CancellationToken cancellationToken)
    {
        byte[]? challenge = await AuthLine.ReadAsync(context.Transport.Input, cancellationToken).ConfigureAwait(false);
        if (HmacExchange.ReadChallenge(challenge) is not { } nonce)
        {
            return AuthResult.Reject("no HMAC challenge received");
        }

        var exchange = new HmacExchange(key.Name, nonce, HmacExchange.NewNonce());
        await AuthLine.WriteAsync(context.Transport.Output, exchange.Response(key), cancellationToken).ConfigureAwait(false);
        byte[]? answer = await AuthLine.ReadAsync(context.Transport.Input, cancellationToken).ConfigureAwait(false);
        return HmacExchange.ReadAcceptance(answer) is { } proof
            ? CryptographicOperations.FixedTimeEquals(exchange.Proof(key, HmacExchange.Verifier), proof)
                ? AuthResult.Accept(identity: key.Name)
                : AuthResult.Reject($"the verifier could not prove the key '{key.Name}'")
            : AuthResult.Reject($"the verifier refused the key '{key.Name}'");
    }
}
