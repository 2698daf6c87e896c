using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SocketConnector.TestKit;

namespace SocketConnector.Examples.Tests;

/// <summary>The example that admits peers of NoPorts, with keys that are made here.</summary>
public sealed class EscrVerifierTests : IAsyncLifetime
{
    private const string Alice = "_apsk.0f3c.a.__e@alice";
    private const string Bob = "_apsk.77aa.a.__e@bob";
    private const string Session = "2f9d1f0e-4f3a-4c55-9f5b-0f6a4c1d2e3f";
    private const string OtherSession = "9b1c0d6e-7a41-4f0b-8a58-5d0a3f6b7c81";

    private readonly string _folder = Directory.CreateTempSubdirectory("socketconnector-escr-").FullName;
    private readonly RSA _alice = RSA.Create(2048);
    private readonly RSA _bob = RSA.Create(2048);
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly byte[] _otherKey = RandomNumberGenerator.GetBytes(32);
    private ExampleProcess? _example;
    private IPEndPoint _sideA = null!;
    private IPEndPoint _sideB = null!;

    private EscrPeer AliceInSession => new(Session, _key, _alice, Alice, "a");

    private EscrPeer BobInSession => new(Session, _key, _bob, Bob, "b");

    public async ValueTask InitializeAsync()
    {
        string file = Path.Combine(_folder, "sessions.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new[] { Describe(Session, _key), Describe(OtherSession, _otherKey) }));
        _example = ExampleProcess.Start("EscrVerifier", "0", "0", file);
        (_sideA, _sideB) = await _example.ReadBothEndPointsAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_example is not null)
        {
            await _example.DisposeAsync();
        }

        _alice.Dispose();
        _bob.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Both_ends_of_a_session_are_joined_and_not_those_of_two()
    {
        using TestPeer stranger = await AdmitAsync(_sideB, BobInSession with { Session = OtherSession, AesKey = _otherKey });
        using TestPeer client = await AdmitAsync(_sideA, AliceInSession, "and more in the same segment");
        using TestPeer daemon = await AdmitAsync(_sideB, BobInSession);
        Assert.Equal("and more in the same segment", await daemon.ReadTextAsync(28));
        await daemon.WriteAsync("welcome");
        Assert.Equal("welcome", await client.ReadTextAsync(7));
    }

    [Fact]
    public async Task What_is_signed_is_the_claim_in_the_order_in_which_it_was_sent() =>
        (await AdmitAsync(_sideA, AliceInSession with { Signed = Reorder })).Dispose();

    [Theory]
    [InlineData("reordered after it was signed")]
    [InlineData("another challenge")]
    [InlineData("another session in the claim")]
    [InlineData("another session outside")]
    [InlineData("a session that there is not")]
    [InlineData("the other side")]
    [InlineData("the other side's key")]
    [InlineData("a key of nobody")]
    [InlineData("a key that is not approved")]
    [InlineData("another algorithm")]
    [InlineData("another AES key")]
    [InlineData("a member twice")]
    [InlineData("a claim that is no object")]
    [InlineData("no base64")]
    [InlineData("no JSON")]
    [InlineData("no colon")]
    [InlineData("two colons")]
    [InlineData("nothing")]
    public async Task What_is_wrong_gets_one_answer_and_an_end(string what) => await RefuseAsync(_sideA, challenge => Wrong(what, challenge) + "\n");

    [Fact]
    public async Task A_line_that_is_too_long_is_refused_without_waiting_for_its_end() => await RefuseAsync(_sideA, _ => Session + ":" + new string('A', 4096));

    [Fact]
    public async Task An_answer_is_good_for_one_connection_only()
    {
        string? once = null;
        using (TestPeer first = await TestPeer.ConnectAsync(_sideA))
        {
            once = AliceInSession.Answer(await ReadLineAsync(first));
            await first.WriteAsync(once + "\n");
            Assert.Equal("ok", await ReadLineAsync(first));
        }

        await RefuseAsync(_sideA, _ => once + "\n");
    }

    private string Wrong(string what, string challenge)
    {
        EscrPeer alice = AliceInSession;
        using var nobody = RSA.Create(2048);
        return what switch
        {
            "reordered after it was signed" => (alice with { Sent = Reorder }).Answer(challenge),
            "another challenge" => alice.Answer(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))),
            "another session in the claim" => (alice with { Signed = claim => claim.Replace(Session, OtherSession, StringComparison.Ordinal) }).Answer(challenge),
            "another session outside" => alice.Answer(challenge).Replace(Session, OtherSession, StringComparison.Ordinal),
            "a session that there is not" => (alice with { Session = "e0000000-0000-4000-8000-000000000000" }).Answer(challenge),
            "the other side" => BobInSession.Answer(challenge),
            "the other side's key" => (BobInSession with { Side = "a" }).Answer(challenge),
            "a key of nobody" => (alice with { Signing = nobody }).Answer(challenge),
            "a key that is not approved" => (alice with { Signer = "_apsk.0f3c.r.__e@alice" }).Answer(challenge),
            "another algorithm" => (alice with { Algorithms = "\"ha\":\"sha512\",\"sa\":\"rsa2048\"" }).Answer(challenge),
            "another AES key" => (alice with { AesKey = _otherKey }).Answer(challenge),
            "a member twice" => (alice with { Sent = claim => claim.Replace("{", $$"""{"sid":"{{OtherSession}}",""", StringComparison.Ordinal) }).Answer(challenge),
            "a claim that is no object" => (alice with { Sent = static _ => "[]" }).Answer(challenge),
            "no base64" => Session + ":***",
            "no JSON" => Session + ":" + Convert.ToBase64String("no JSON"u8),
            "no colon" => Session,
            "two colons" => alice.Answer(challenge) + ":",
            _ => "",
        };
    }

    private static string Reorder(string claim) => "{" + string.Join(',', claim.Trim('{', '}').Split(',').Reverse()) + "}";

    private static async Task<TestPeer> AdmitAsync(IPEndPoint where, EscrPeer peer, string more = "")
    {
        TestPeer connection = await TestPeer.ConnectAsync(where);
        await connection.WriteAsync(peer.Answer(await ReadLineAsync(connection)) + "\n" + more);
        Assert.Equal("ok", await ReadLineAsync(connection));
        return connection;
    }

    private static async Task RefuseAsync(IPEndPoint where, Func<string, string> answer)
    {
        using TestPeer peer = await TestPeer.ConnectAsync(where);
        await peer.WriteAsync(answer(await ReadLineAsync(peer)));
        Assert.Equal("Socket auth failed\n", await peer.ReadTextToEndAsync());
    }

    private static async Task<string> ReadLineAsync(TestPeer peer)
    {
        var line = new StringBuilder();
        while (await peer.ReadTextAsync(1) is not "\n" and string next)
        {
            line.Append(next);
        }

        return line.ToString();
    }

    private object Describe(string id, byte[] aesKey) => new
    {
        id,
        aesKey = Convert.ToBase64String(aesKey),
        signingKeys = new Dictionary<string, Dictionary<string, string>>
        {
            ["a"] = new() { [Alice] = PublicKeyOf(_alice) },
            ["b"] = new() { [Bob] = PublicKeyOf(_bob) },
        },
    };

    private static string PublicKeyOf(RSA key) => Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());
}
