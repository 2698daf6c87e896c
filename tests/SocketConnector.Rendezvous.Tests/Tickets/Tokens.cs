using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace SocketConnector.Rendezvous.Tests.Tickets;

/// <summary>Keys, a clock, and tokens that no mint would make.</summary>
internal static class Tokens
{
    public static readonly byte[] Secret = [.. Enumerable.Range(1, 32).Select(static number => (byte)number)];

    public static readonly TicketKey Hs = TicketKey.Hs256("hs", Secret);

    public static readonly ECDsa Pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public static readonly TicketKey Es = TicketKey.Es256("es", Pair.ExportPkcs8PrivateKeyPem());

    public static readonly TicketKey EsPublic = TicketKey.Es256("es", Pair.ExportSubjectPublicKeyInfoPem());

    public static readonly DateTimeOffset Now = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static FakeTimeProvider Time { get; } = new(Now);

    /// <summary>An hour from now.</summary>
    public static long Expires => Now.ToUnixTimeSeconds() + 3600;

    public static string Claims => $$"""{"tenant":"t","exp":{{Expires}}}""";

    public static TicketVerifier Verifier(params TicketKey[] keys) => new(keys.Length == 0 ? [Hs, EsPublic] : keys, Time);

    /// <summary>Signed with HMAC by a secret of its own choosing.</summary>
    public static string Hmac(string header, string claims, byte[]? secret = null)
    {
        string signed = $"{Encode(header)}.{Encode(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(secret ?? Secret, Encoding.ASCII.GetBytes(signed)))}";
    }

    public static string Hs256(string claims) => Hmac("""{"alg":"HS256","kid":"hs","typ":"JWT"}""", claims);

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
