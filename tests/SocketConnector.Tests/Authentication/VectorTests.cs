using SocketConnector.Authentication;

namespace SocketConnector.Tests.Authentication;

/// <summary>Fixed numbers, so that another program can be checked against the page on authentication.</summary>
public sealed class VectorTests
{
    private const string VerifierNonce = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    private const string ProverNonce = "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f";
    private const string LongSecretProof = "a3251b6a0c0a88b94d8799e400d1547e13f4aa5d11a24814d0242e18586649b4";

    [Fact]
    public void B96_The_lines_are_those_of_the_page()
    {
        string page = Architecture.Repository.Read("docs/authentication.md");
        var key = new HmacKey(Speaker.Alice, "key");
        var exchange = new HmacExchange("alice", VerifierNonce, ProverNonce);
        Assert.All(
            [HmacExchange.Challenge(VerifierNonce), exchange.Response(key), exchange.Acceptance(key)],
            line => Assert.Contains($"    {line}\n", page, StringComparison.Ordinal));
        Assert.Contains($"`{Speaker.Secret}`", page, StringComparison.Ordinal);
    }

    [Fact]
    public void B96_A_secret_longer_than_a_block_of_the_hash_is_used_as_HMAC_says()
    {
        var exchange = new HmacExchange("bob", VerifierNonce, ProverNonce);
        var key = new HmacKey(new AuthKey("bob", string.Concat(Enumerable.Repeat("0123456789", 10))), "key");
        Assert.EndsWith(LongSecretProof, exchange.Response(key), StringComparison.Ordinal);
    }
}
