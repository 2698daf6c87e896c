using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace SocketConnector.Rendezvous;

/// <summary>A key that signs tickets, or only verifies them. Nothing shows the secret: no property, no text, no serializer.</summary>
/// <remarks>
/// A key is for one algorithm, whatever a ticket says in its header. With <see cref="Hs256"/> the relay and whoever makes tickets share a
/// secret; with <see cref="Es256"/> the relay needs the public key alone. Several keys at once, told apart by their ids, let one follow another.
/// </remarks>
[DebuggerDisplay("{Id}")]
public sealed class TicketKey
{
    private const int MinSecretLength = 32;
    private const int MaxIdLength = 64;
    private const string P256 = "1.2.840.10045.3.1.7";

    private TicketKey(string id, string algorithm, SecurityKey key, bool canSign)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (id.Length is 0 or > MaxIdLength || id.Any(static letter => letter is < '!' or > '~'))
        {
            throw new ArgumentException("The id of a key must have 1 to 64 printable characters of ASCII, without a space.", nameof(id));
        }

        key.KeyId = id;
        (Id, Algorithm, Key, CanSign) = (id, algorithm, key, canSign);
    }

    /// <summary>What the key is called in the header of its tickets, as <c>kid</c>. No secret.</summary>
    public string Id { get; }

    /// <summary><c>HS256</c> or <c>ES256</c>.</summary>
    public string Algorithm { get; }

    /// <summary>Whether tickets can be made with it; with a public key they cannot.</summary>
    public bool CanSign { get; }

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    internal SecurityKey Key { get; }

    /// <summary>A shared secret, for HMAC with SHA-256.</summary>
    /// <param name="id">1 to 64 printable characters of ASCII, without a space.</param>
    /// <param name="secret">At least 32 bytes, random; copied.</param>
    /// <returns>The key.</returns>
    /// <exception cref="ArgumentException">The id has another form, or the secret is too short.</exception>
    public static TicketKey Hs256(string id, ReadOnlySpan<byte> secret) => secret.Length < MinSecretLength
        ? throw new ArgumentException($"The secret of a key for HS256 must have at least {MinSecretLength} bytes.", nameof(secret))
        : new TicketKey(id, SecurityAlgorithms.HmacSha256, new SymmetricSecurityKey(secret.ToArray()), canSign: true);

    /// <summary>A key of the curve P-256, for ECDSA with SHA-256.</summary>
    /// <param name="id">1 to 64 printable characters of ASCII, without a space.</param>
    /// <param name="pem">A private key (<c>PRIVATE KEY</c> or <c>EC PRIVATE KEY</c>, not encrypted) or a public one (<c>PUBLIC KEY</c>), as PEM (RFC 7468).</param>
    /// <returns>The key.</returns>
    /// <exception cref="ArgumentException">The id has another form, or the text is not one such key.</exception>
    public static TicketKey Es256(string id, ReadOnlySpan<char> pem)
    {
        // Not disposed: it lives as long as the key, and a key is never disposed.
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            ECParameters parameters = key.ExportParameters(includePrivateParameters: false);
            if (parameters.Curve.Oid.Value != P256)
            {
                throw new CryptographicException("not a key of the curve P-256");
            }

            return new TicketKey(id, SecurityAlgorithms.EcdsaSha256, new ECDsaSecurityKey(key), HasPrivateKey(key));
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw error is ArgumentException { ParamName: nameof(id) } ? error
                : new ArgumentException("The text is not one key of the curve P-256 in PEM.", nameof(pem), error);
        }
    }

    /// <summary>The id, and nothing of the secret.</summary>
    /// <returns>The id.</returns>
    public override string ToString() => Id;

    private static bool HasPrivateKey(ECDsa key)
    {
        try
        {
            CryptographicOperations.ZeroMemory(key.ExportParameters(includePrivateParameters: true).D);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
