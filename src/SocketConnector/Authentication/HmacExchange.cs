using System.Security.Cryptography;
using System.Text;

namespace SocketConnector.Authentication;

/// <summary>
/// One run of the protocol: the names of its parts, and what each end proves. A proof is good for one protocol, one role and one pair of
/// nonces, so none can be replayed, reflected, or used elsewhere.
/// </summary>
/// <param name="Name">The key's.</param>
/// <param name="VerifierNonce">32 random bytes in hex.</param>
/// <param name="ProverNonce">Likewise.</param>
internal readonly record struct HmacExchange(string Name, string VerifierNonce, string ProverNonce)
{
    public const string Label = "SCA-HMAC/1";
    public const string Prover = "prover";
    public const string Verifier = "verifier";
    public const string Accepted = "ok";

    // Of a nonce, and of a proof, in hex.
    private const int FieldLength = 64;

    private static readonly byte[] _noProof = new byte[FieldLength / 2];

    public static string NewNonce() => RandomNumberGenerator.GetHexString(FieldLength, lowercase: true);

    /// <summary>What the end of that role proves.</summary>
    public byte[] Proof(HmacKey key, string role) => key.Hash($"{Label} {role} {Name} {VerifierNonce} {ProverNonce}");

    /// <summary>What the verifier says first.</summary>
    public static string Challenge(string nonce) => $"{Label} {nonce}";

    /// <returns>The nonce of a challenge, none where it is none.</returns>
    public static string? ReadChallenge(byte[]? line) => Fields(line) is [Label, var nonce] && IsField(nonce) ? nonce : null;

    /// <summary>What the prover says to it.</summary>
    public string Response(HmacKey key) => $"{Name} {ProverNonce} {Convert.ToHexStringLower(Proof(key, Prover))}";

    /// <summary>Never fails, so that what is wrong takes the same steps as what is right: with a response that is none there is nothing in the exchange.</summary>
    public static (HmacExchange Exchange, byte[] Proof, bool IsWellFormed) ReadResponse(byte[]? line, string verifierNonce) =>
        Fields(line) is [var name, var nonce, var proof] && AuthKey.IsName(name) && IsField(nonce) && IsField(proof)
            ? (new HmacExchange(name, verifierNonce, nonce), Convert.FromHexString(proof), true)
            : (new HmacExchange("", verifierNonce, new string('0', FieldLength)), _noProof, false);

    /// <summary>What the verifier says last, where it accepts.</summary>
    public string Acceptance(HmacKey key) => $"{Accepted} {Convert.ToHexStringLower(Proof(key, Verifier))}";

    /// <returns>The proof of an acceptance, none where it is none.</returns>
    public static byte[]? ReadAcceptance(byte[]? line) => Fields(line) is [Accepted, var proof] && IsField(proof) ? Convert.FromHexString(proof) : null;

    // A byte that is no ASCII becomes a character that no field has.
    private static string[] Fields(byte[]? line) => line is null ? [] : Encoding.Latin1.GetString(line).Split(' ');

    private static bool IsField(string text) => text.Length == FieldLength && text.All(char.IsAsciiHexDigitLower);
}
