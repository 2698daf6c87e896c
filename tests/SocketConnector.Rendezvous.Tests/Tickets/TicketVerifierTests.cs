using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using SocketConnector.Rendezvous.Sessions;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Tests.Tickets;

public sealed class TicketVerifierTests
{
    private static readonly string _session = Base64Url.EncodeToString(new byte[16]);

    /// <summary>Tokens of which each has one thing wrong.</summary>
    public static TheoryData<string, string?> Wrong()
    {
        string good = Tokens.Hs256(Tokens.Claims);
        string[] parts = good.Split('.');
        string header = """{"alg":"HS256","kid":"hs"}""";
        byte[] publicKey = Tokens.Pair.ExportSubjectPublicKeyInfo();
        byte[] publicPem = Encoding.ASCII.GetBytes(Tokens.Pair.ExportSubjectPublicKeyInfoPem());
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string byStranger = new TicketMint(TicketKey.Es256("es", stranger.ExportPkcs8PrivateKeyPem())).Sign(new Ticket("t", Tokens.Now.AddHours(1)));
        long now = Tokens.Now.ToUnixTimeSeconds();
        return new TheoryData<string, string?>
        {
            { "none", null },
            { "empty", "" },
            { "no token", "x" },
            { "two parts", $"{parts[0]}.{parts[1]}" },
            { "four parts", good + ".AA" },
            { "five parts", $"{parts[0]}.AA.AA.AA.AA" },
            { "no base64url", good.Replace('.', '!') },
            { "no JSON in the header", $"AAAA.{parts[1]}.{parts[2]}" },
            { "alg none, unsigned", $"{Tokens.Encode("""{"alg":"none","kid":"hs"}""")}.{parts[1]}." },
            { "alg none, no kid", $"{Tokens.Encode("""{"alg":"none"}""")}.{parts[1]}." },
            { "alg None, signed", Tokens.Hmac("""{"alg":"None","kid":"hs"}""", Tokens.Claims) },
            { "signature cut off", $"{parts[0]}.{parts[1]}." },
            { "signature changed", good[..^3] + (good[^3] == 'A' ? 'B' : 'A') + good[^2..] },
            { "claims changed", $"{parts[0]}.{Tokens.Encode(Tokens.Claims.Replace("\"t\"", "\"u\"", StringComparison.Ordinal))}.{parts[2]}" },
            { "public key as secret, DER", Tokens.Hmac("""{"alg":"HS256","kid":"es"}""", Tokens.Claims, publicKey) },
            { "public key as secret, PEM", Tokens.Hmac("""{"alg":"HS256","kid":"es"}""", Tokens.Claims, publicPem) },
            { "public key as secret, of the other kid", Tokens.Hmac(header, Tokens.Claims, publicKey) },
            { "ES256 for a key of HS256", Tokens.Hmac("""{"alg":"ES256","kid":"hs"}""", Tokens.Claims) },
            { "HS512 for a key of HS256", Tokens.Hmac("""{"alg":"HS512","kid":"hs"}""", Tokens.Claims) },
            { "unknown kid", Tokens.Hmac("""{"alg":"HS256","kid":"other"}""", Tokens.Claims) },
            { "kid in other case", Tokens.Hmac("""{"alg":"HS256","kid":"HS"}""", Tokens.Claims) },
            { "no kid", Tokens.Hmac("""{"alg":"HS256"}""", Tokens.Claims) },
            { "no alg", Tokens.Hmac("""{"kid":"hs"}""", Tokens.Claims) },
            { "kid of nobody's key", Tokens.Hmac("""{"alg":"HS256","kid":"-"}""", Tokens.Claims) },
            { "another's secret", Tokens.Hmac(header, Tokens.Claims, new byte[32]) },
            { "another's private key", byStranger },
            { "too long", Tokens.Hs256($$"""{"tenant":"t","exp":{{Tokens.Expires}},"x":"{{new string('x', 2000)}}"}""") },
            { "expired", Claims("tenant", "\"t\"", now) },
            { "expired long ago", Claims("tenant", "\"t\"", 0) },
            { "no exp", Tokens.Hs256("""{"tenant":"t"}""") },
            { "exp no number", Tokens.Hs256("""{"tenant":"t","exp":"4102444800"}""") },
            { "exp beyond time", Tokens.Hs256("""{"tenant":"t","exp":1e300}""") },
            { "exp null", Tokens.Hs256("""{"tenant":"t","exp":null}""") },
            { "not yet", Claims("nbf", $"{now + 1}") },
            { "nbf no number", Claims("nbf", "true") },
            { "no tenant", Tokens.Hs256($$"""{"exp":{{Tokens.Expires}}}""") },
            { "empty tenant", Claims("tenant", "\"\"") },
            { "tenant no text", Claims("tenant", "7") },
            { "tenant with a line", Claims("tenant", "\"a\\nb\"") },
            { "tenant too long", Claims("tenant", $"\"{new string('x', 129)}\"") },
            { "session too short", Claims("session", "\"AAAA\"") },
            { "session padded", Claims("session", $"\"{_session}==\"") },
            { "session no base64url", Claims("session", $"\"{_session[..^1]}+\"") },
            { "session no text", Claims("session", "[]") },
            { "unknown role", Claims("role", "\"both\"") },
            { "role no text", Claims("role", "1") },
            { "max_waiting of 0", Claims("max_waiting", "0") },
            { "max_waiting as text", Claims("max_waiting", "\"5\"") },
            { "max_waiting too large", Claims("max_waiting", "3000000000") },
            { "max_bytes below 0", Claims("max_bytes", "-1") },
            { "max_bytes with a fraction", Claims("max_bytes", "1.5") },
            { "max_seconds too large", Claims("max_seconds", "9223372036854775807") },
            { "claims no object", Tokens.Hs256("[]") },
            { "claims no JSON", Tokens.Hs256("x") },
        };
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task What_is_wrong_is_refused(string what, string? token)
    {
        TicketVerdict verdict = await Tokens.Verifier().VerifyAsync(token);
        Assert.True(verdict.Ticket is null, what);
        Assert.NotNull(verdict.Reason);
    }

    [Fact]
    public async Task What_is_right_is_read()
    {
        string token = Tokens.Hs256($$"""
            {"tenant":"t","sub":"not this","exp":{{Tokens.Expires}}.5,"nbf":{{Tokens.Now.ToUnixTimeSeconds()}},"session":"{{_session}}","role":"connect",
             "max_waiting":3,"max_bytes":5000000000,"max_seconds":60,"iss":"whoever","aud":["x"]}
            """);
        TicketVerdict verdict = await Tokens.Verifier().VerifyAsync(token);
        Assert.Equal(
            new Ticket("t", Tokens.Now.AddSeconds(3600.5))
            {
                NotBefore = Tokens.Now,
                Session = _session,
                Role = TicketRole.Connect,
                MaxWaiting = 3,
                MaxBytes = 5_000_000_000,
                MaxDuration = TimeSpan.FromMinutes(1),
            },
            verdict.Ticket);
        Assert.Null(verdict.Reason);
    }

    [Fact]
    public async Task The_subject_is_the_tenant_where_no_other_is_named() =>
        Assert.Equal("s", (await Tokens.Verifier().VerifyAsync(Tokens.Hs256($$"""{"sub":"s","exp":{{Tokens.Expires}}}"""))).Ticket?.Tenant);

    [Fact]
    public async Task It_expires_by_the_clock_to_the_second()
    {
        var time = new FakeTimeProvider(Tokens.Now);
        var verifier = new TicketVerifier([Tokens.Hs], time);
        string token = Tokens.Hs256($$"""{"tenant":"t","exp":{{Tokens.Now.ToUnixTimeSeconds() + 10}},"nbf":{{Tokens.Now.ToUnixTimeSeconds() + 5}}}""");
        Assert.Null((await verifier.VerifyAsync(token)).Ticket);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.NotNull((await verifier.VerifyAsync(token)).Ticket);
        time.Advance(TimeSpan.FromSeconds(4.999));
        Assert.NotNull((await verifier.VerifyAsync(token)).Ticket);
        time.Advance(TimeSpan.FromSeconds(0.001));
        Assert.Null((await verifier.VerifyAsync(token)).Ticket);
    }

    [Fact]
    public async Task One_key_follows_another()
    {
        var next = TicketKey.Hs256("hs2", RandomNumberGenerator.GetBytes(32));
        string before = new TicketMint(Tokens.Hs).Sign(new Ticket("t", Tokens.Now.AddHours(1)));
        string after = new TicketMint(next).Sign(new Ticket("t", Tokens.Now.AddHours(1)));
        Assert.Equal((true, false), await Accepted(Tokens.Verifier(Tokens.Hs)));
        Assert.Equal((true, true), await Accepted(Tokens.Verifier(Tokens.Hs, next)));
        Assert.Equal((false, true), await Accepted(Tokens.Verifier(next)));

        async Task<(bool Before, bool After)> Accepted(TicketVerifier verifier) =>
            ((await verifier.VerifyAsync(before)).Ticket is not null, (await verifier.VerifyAsync(after)).Ticket is not null);
    }

    [Fact]
    public void Keys_have_ids_of_their_own()
    {
        Assert.Throws<ArgumentException>(static () => Tokens.Verifier(Tokens.Hs, TicketKey.Es256("hs", Tokens.Pair.ExportPkcs8PrivateKeyPem())));
        Assert.Throws<ArgumentException>(static () => new TicketVerifier([], TimeProvider.System));
    }

    [Fact]
    public async Task Many_verify_at_once()
    {
        TicketVerifier verifier = Tokens.Verifier();
        string[] tokens = [.. new[] { Tokens.Hs, Tokens.Es }.Select(static key => new TicketMint(key).Sign(new Ticket("t", Tokens.Now.AddHours(1))))];
        await Parallel.ForAsync(0, 200, TestContext.Current.CancellationToken, async (number, _) =>
            Assert.NotNull((await verifier.VerifyAsync(tokens[number % 2])).Ticket));
    }

    [Fact]
    public void A_ticket_is_for_its_session_and_its_role_alone()
    {
        var session = new SessionName(7);
        byte[] bytes = new byte[SessionName.Length];
        session.Write(bytes);
        Ticket any = new("t", Tokens.Now.AddHours(1)) { MaxWaiting = 4 };
        Assert.Equal(new Grant("t", 4, TimeSpan.FromHours(1)), TicketGrant.Of(any, session, EndRole.Listen, Tokens.Now));
        Ticket one = any with { Session = Base64Url.EncodeToString(bytes), Role = TicketRole.Listen };
        Assert.NotNull(TicketGrant.Of(one, session, EndRole.Listen, Tokens.Now));
        Assert.Null(TicketGrant.Of(one, session, EndRole.Connect, Tokens.Now));
        Assert.Null(TicketGrant.Of(one, new SessionName(8), EndRole.Listen, Tokens.Now));
    }

    private static string Claims(string name, string value, long? expires = null) => name == "tenant"
        ? Tokens.Hs256($$"""{"tenant":{{value}},"exp":{{expires ?? Tokens.Expires}}}""")
        : Tokens.Hs256($$"""{"tenant":"t","exp":{{Tokens.Expires}},"{{name}}":{{value}}}""");
}
