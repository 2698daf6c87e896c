using System.Text.Json;

namespace SocketConnector.Tests.Authentication;

public sealed class AuthKeyTests
{
    [Fact]
    public void B100_A_key_shows_its_name_and_nothing_of_its_secret()
    {
        AuthKey key = Speaker.Alice;
        Assert.Equal(("alice", "alice", "alice"), (key.Name, key.ToString(), $"{key}"));
        Assert.Equal("""{"Name":"alice"}""", JsonSerializer.Serialize(key));
        Assert.Equal(["Name"], typeof(AuthKey).GetProperties().Select(property => property.Name));
        Assert.Empty(typeof(AuthKey).GetFields());
    }

    [Fact]
    public void B100_Neither_does_an_authenticator()
    {
        SocketAuthVerifier[] all =
        [
            SocketAuthenticators.VerifyHmac(Speaker.Alice), SocketAuthenticators.ProveHmac(Speaker.Alice),
            SocketAuthenticators.VerifySharedSecret(Speaker.Alice), SocketAuthenticators.ProveSharedSecret(Speaker.Alice),
        ];
        Assert.All(all, verifier => Assert.DoesNotContain("correct", $"{verifier.Target} {new ListenOptions(1) { AuthVerifier = verifier }}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("a:b")]
    [InlineData("a#b")]
    [InlineData("ä")]
    [InlineData("a\n")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123-")]
    public void B96_A_name_is_a_word(string name)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(nameof(name), () => new AuthKey(name, Speaker.Secret));
        Assert.DoesNotContain("correct", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void B96_What_cannot_work_is_refused_at_once_and_by_the_option_s_name()
    {
        AuthKey shortest = new("k", "0123456789abcdef"), tooShort = new("k", "0123456789abcde");
        SocketAuthenticators.VerifyHmac(shortest);
        SocketAuthenticators.ProveHmac(shortest);
        Assert.Throws<ArgumentException>("secret", () => new AuthKey("k", ""));
        Assert.Throws<ArgumentException>("key", () => SocketAuthenticators.ProveHmac(tooShort));
        Assert.Throws<ArgumentException>("keys", () => SocketAuthenticators.VerifyHmac(Speaker.Alice, tooShort));
        Assert.Throws<ArgumentException>("keys", () => SocketAuthenticators.VerifyHmac());
        Assert.Throws<ArgumentException>("keys", () => SocketAuthenticators.VerifySharedSecret());
        Assert.Throws<ArgumentException>("keys", () => SocketAuthenticators.VerifyHmac(Speaker.Alice, Speaker.Alice));
        Assert.Throws<ArgumentException>("keys", () => SocketAuthenticators.VerifySharedSecret(Speaker.Alice, null!));
        Assert.Throws<ArgumentNullException>("keys", () => SocketAuthenticators.VerifyHmac((IEnumerable<AuthKey>)null!));
        Assert.Throws<ArgumentNullException>("key", () => SocketAuthenticators.ProveHmac(null!));
    }

    [Theory]
    [InlineData("two\nlines")]
    [InlineData("a return\r")]
    [InlineData("\u007f")]
    [InlineData(null)]
    public void B96_A_secret_that_fits_into_no_line_is_refused_by_both_ends_of_the_line_alone(string? secret)
    {
        AuthKey key = new("k", secret ?? new string('x', 255));
        Assert.Throws<ArgumentException>("key", () => SocketAuthenticators.ProveSharedSecret(key));
        Assert.Throws<ArgumentException>("keys", () => SocketAuthenticators.VerifySharedSecret(Speaker.Alice, key));
        SocketAuthenticators.ProveSharedSecret(new AuthKey("k", new string('x', 254)));
    }

    [Fact]
    public void B96_An_identity_is_of_some_length()
    {
        Assert.Equal("x", AuthResult.Accept(identity: "x").Identity);
        Assert.Null(AuthResult.Accept().Identity);
        Assert.Throws<ArgumentException>("identity", () => AuthResult.Accept(identity: ""));
        Assert.Throws<ArgumentException>("identity", () => AuthResult.Accept(identity: new string('x', 257)));
    }
}
