using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

/// <summary>
/// What a peer answers to a challenge: <c>SESSION:BASE64</c>, in which there is <c>{"iv","e"}</c>, in which there is, encrypted, the BASE64 of
/// <c>{"p":{"sid","c","side"},"s","ha","sa","sk"}</c>: what it claims, and the signature over that.
/// </summary>
internal sealed record EscrResponse(string? SessionId, string? Signer, string? Reason)
{
    /// <summary>Keys of an enrollment that is approved stand under this, before the <c>@</c>.</summary>
    private const string Approved = ".a.__e";

    private static readonly JsonDocumentOptions _strict = new() { AllowDuplicateProperties = false, MaxDepth = 4 };

    public bool IsGood => Reason is null;

    public static EscrResponse Bad(string reason) => new(null, null, reason);

    public static EscrResponse Check(string line, string challenge, string side, Func<string, EscrSession?> find)
    {
        if (line.Split(':') is not [string sessionId, string outer] || find(sessionId) is not { } session)
        {
            return Bad("it names no session that there is");
        }

        try
        {
            using var sealing = JsonDocument.Parse(Convert.FromBase64String(outer), _strict);
            byte[] opened = EscrCipher.Decrypt(session.AesKey, Base64(sealing, "iv"), Base64(sealing, "e"));
            using var envelope = JsonDocument.Parse(Convert.FromBase64String(Encoding.ASCII.GetString(opened)), _strict);
            JsonElement claim = envelope.RootElement.GetProperty("p");
            string signer = Text(envelope.RootElement, "sk");
            return
                Text(claim, "sid") != sessionId ? Bad("it was made for another session")
                : Text(claim, "c") != challenge ? Bad("it answers another challenge")
                : Text(claim, "side") != side ? Bad("it was made for the other side")
                : !IsApproved(signer) || !session.SigningKeys.TryGetValue(side, out IReadOnlyDictionary<string, byte[]>? keys) || !keys.TryGetValue(signer, out byte[]? key) ? Bad("its key may not sign for this side")
                : (Text(envelope.RootElement, "ha"), Text(envelope.RootElement, "sa")) is not ("sha256", "rsa2048") ? Bad("it is signed by other means than RSA and SHA-256")
                : !IsSigned(claim, Base64(envelope, "s"), key) ? Bad("its signature is wrong")
                : new EscrResponse(sessionId, signer[signer.LastIndexOf('@')..], null);
        }
        catch (Exception error) when (error is FormatException or JsonException or CryptographicException or InvalidOperationException or KeyNotFoundException)
        {
            return Bad("it is malformed");
        }
    }

    private static bool IsApproved(string signer) => signer.LastIndexOf('@') is > 0 and int at && signer[..at].EndsWith(Approved, StringComparison.Ordinal);

    /// <summary>The signature is over the claim as the sender wrote it, which is written anew here: compact, and each member in the order in which it came.</summary>
    private static bool IsSigned(JsonElement claim, byte[] signature, byte[] publicKey)
    {
        using var key = RSA.Create();
        key.ImportSubjectPublicKeyInfo(publicKey, out _);
        byte[] written = Encoding.UTF8.GetBytes($"{{{string.Join(',', claim.EnumerateObject().Select(member => $"\"{Plain(member.Name)}\":\"{Plain(member.Value.GetString())}\""))}}}");
        return key.KeySize == 2048 && key.VerifyData(written, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    /// <summary>What stands in JSON as it is: names of sessions and challenges hold nothing else, and two ways to write one text would be one too many.</summary>
    private static string Plain(string? text) =>
        text is not null && text.All(static character => character is >= ' ' and <= '~' and not '"' and not '\\') ? text : throw new FormatException("it is no plain text");

    private static string Text(JsonElement parent, string name) => parent.GetProperty(name).GetString() ?? throw new FormatException($"{name} is no text");

    private static byte[] Base64(JsonDocument document, string name) => Convert.FromBase64String(Text(document.RootElement, name));
}
