using System.Security.Cryptography;

namespace SocketConnector.Authentication;

/// <summary>Takes the secret itself as one line. Hashes are compared, all of them, so that neither a length nor a place in the list shows in the time.</summary>
internal sealed class SharedSecretVerifier
{
    private static readonly byte[] _accepted = "ok\n"u8.ToArray();

    private readonly (string Name, byte[] Hash)[] _keys;

    /// <exception cref="ArgumentException">A secret fits into no line.</exception>
    public SharedSecretVerifier(IEnumerable<AuthKey> keys) => _keys = [.. keys.Select(key => (key.Name, SHA256.HashData(SharedSecretProver.Sendable(key, nameof(keys)))))];

    public async ValueTask<AuthResult> RunAsync(AuthContext context, CancellationToken cancellationToken)
    {
        byte[]? line = await AuthLine.ReadAsync(context.Transport.Input, cancellationToken).ConfigureAwait(false);

        // No key is empty, which a line that is too long counts for.
        byte[] hash = SHA256.HashData(line ?? []);
        string? identity = null;
        foreach ((string name, byte[] expected) in _keys)
        {
            identity = CryptographicOperations.FixedTimeEquals(expected, hash) ? name : identity;
        }

        await context.Transport.Output.WriteAsync(identity is null ? AuthLine.Refused : _accepted, cancellationToken).ConfigureAwait(false);
        return identity is null ? AuthResult.Reject("unknown secret") : AuthResult.Accept(identity: identity);
    }
}
