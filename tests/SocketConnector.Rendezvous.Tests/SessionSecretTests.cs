using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Tests;

public sealed class SessionSecretTests
{
    [Fact]
    public void One_that_is_made_has_128_bits_and_is_another_each_time()
    {
        string text = SessionSecret.Generate().Reveal();
        Assert.Equal(16, Convert.FromHexString(text).Length);
        Assert.NotEqual(text, SessionSecret.Generate().Reveal());
    }

    [Fact]
    public void Both_ends_derive_the_same()
    {
        var made = SessionSecret.Generate();
        var given = SessionSecret.Parse(made.Reveal());
        Assert.Equal(made.NameOf(EndToEndMode.Tls), given.NameOf(EndToEndMode.Tls));
        Assert.Equal(made.ProofKeyOf(EndRole.Listen), given.ProofKeyOf(EndRole.Listen));
        Assert.Equal(made.BindingKey(), given.BindingKey());
    }

    [Fact]
    public void Each_mode_has_a_name_of_its_own_and_each_role_a_key()
    {
        var secret = SessionSecret.Generate();
        Assert.Equal(3, Enum.GetValues<EndToEndMode>().Select(secret.NameOf).Distinct().Count());
        Assert.NotEqual(secret.ProofKeyOf(EndRole.Listen), secret.ProofKeyOf(EndRole.Connect));
    }

    [Theory]
    [InlineData("", "a session secret must have 16 bytes or more, not 0; it should be random")]
    [InlineData("fifteen bytes..", "a session secret must have 16 bytes or more, not 15; it should be random")]
    public void One_that_will_not_do_is_told_in_a_line_that_does_not_repeat_it(string text, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => SessionSecret.Parse(text)).Message);

    [Fact]
    public void Half_a_character_is_no_text() =>
        Assert.Equal("a session secret must be valid Unicode", Assert.Throws<FormatException>(() => SessionSecret.Parse("sixteen bytes \uD800..")).Message);

    [Fact]
    public void Its_length_is_that_of_its_bytes() => Assert.Equal("ääääääää", SessionSecret.Parse("ääääääää").Reveal());

    [Fact]
    public void It_is_not_shown() => Assert.Equal("(a session secret)", $"{SessionSecret.Generate()}");
}
