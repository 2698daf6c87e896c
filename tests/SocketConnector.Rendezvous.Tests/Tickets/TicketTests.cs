using System.Buffers.Text;
using System.Security.Cryptography;

namespace SocketConnector.Rendezvous.Tests.Tickets;

public sealed class TicketTests
{
    private static readonly Ticket _full = new("tenant/1", Tokens.Now.AddHours(1))
    {
        NotBefore = Tokens.Now.AddMinutes(-1),
        Session = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)),
        Role = TicketRole.Listen,
        MaxWaiting = 1,
        MaxBytes = long.MaxValue,
        MaxDuration = TimeSpan.FromDays(30),
    };

    [Fact]
    public async Task What_was_signed_is_verified_as_it_was()
    {
        foreach (TicketKey key in (TicketKey[])[Tokens.Hs, Tokens.Es])
        {
            foreach (Ticket ticket in (Ticket[])[_full, new Ticket("t", Tokens.Now.AddDays(1)), _full with { Role = TicketRole.Connect }])
            {
                Assert.Equal(ticket, (await Tokens.Verifier().VerifyAsync(new TicketMint(key).Sign(ticket))).Ticket);
            }
        }
    }

    [Fact]
    public async Task The_longest_ticket_is_short_enough()
    {
        string token = new TicketMint(TicketKey.Hs256(new string('k', 64), Tokens.Secret)).Sign(new Ticket(new string('\u20ac', 128), _full.Expires)
        {
            NotBefore = _full.NotBefore,
            Session = _full.Session,
            Role = TicketRole.Connect,
            MaxWaiting = int.MaxValue,
            MaxBytes = long.MaxValue,
            MaxDuration = TimeSpan.FromDays(30),
        });
        Assert.InRange(token.Length, 1, TicketVerifier.MaxLength);
        Assert.NotNull((await Tokens.Verifier(TicketKey.Hs256(new string('k', 64), Tokens.Secret)).VerifyAsync(token)).Ticket);
    }

    [Fact]
    public void A_public_key_makes_no_tickets()
    {
        Assert.Equal((true, false), (Tokens.Es.CanSign, Tokens.EsPublic.CanSign));
        Assert.Throws<ArgumentException>(static () => new TicketMint(Tokens.EsPublic));
    }

    [Fact]
    public void A_key_of_another_kind_is_refused()
    {
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        string[] texts = ["", "x", p384.ExportPkcs8PrivateKeyPem(), rsa.ExportPkcs8PrivateKeyPem(), rsa.ExportSubjectPublicKeyInfoPem()];
        Assert.All(texts, static text => Assert.Equal("pem", Assert.Throws<ArgumentException>(() => TicketKey.Es256("id", text)).ParamName));
        Assert.Equal("secret", Assert.Throws<ArgumentException>(static () => TicketKey.Hs256("id", new byte[31])).ParamName);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\n")]
    [InlineData("\u20ac")]
    public void An_id_is_legible(string id)
    {
        Assert.Equal("id", Assert.Throws<ArgumentException>(() => TicketKey.Hs256(id, Tokens.Secret)).ParamName);
        Assert.Equal("id", Assert.Throws<ArgumentException>(() => TicketKey.Es256(id, Tokens.Pair.ExportPkcs8PrivateKeyPem())).ParamName);
    }

    [Fact]
    public void A_key_shows_its_id_alone() => Assert.Equal("hs", Tokens.Hs.ToString());

    [Fact]
    public void A_bad_value_is_refused_where_it_is_set()
    {
        Assert.Throws<ArgumentException>(static () => new Ticket("", Tokens.Now));
        Assert.Throws<ArgumentException>(static () => new Ticket("a\tb", Tokens.Now));
        Assert.Throws<ArgumentException>(static () => _full with { Session = "AAAA" });
        Assert.Throws<ArgumentOutOfRangeException>(static () => _full with { Role = (TicketRole)3 });
        Assert.Throws<ArgumentOutOfRangeException>(static () => _full with { MaxWaiting = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(static () => _full with { MaxBytes = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(static () => _full with { MaxDuration = TimeSpan.FromSeconds(1.5) });
    }
}
