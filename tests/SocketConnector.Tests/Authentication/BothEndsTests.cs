using System.Net;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Authentication;

/// <summary>Every role on every kind of side; and both ends ours.</summary>
public sealed class BothEndsTests
{
    private static readonly AuthKey _other = new("alice", "not the same secret at all");

    public static TheoryData<Mode, bool, bool> Rows => [.. from mode in Enum.GetValues<Mode>() from isHmac in (bool[])[true, false] from verifies in (bool[])[true, false] select (mode, isHmac, verifies)];

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task B96_A_side_of_any_kind_verifies_or_proves(Mode mode, bool isHmac, bool verifies)
    {
        var side = new SideOptions { AuthVerifier = Of(isHmac, verifies, Speaker.Alice) };
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, Patient.Options, side, side, greet: (_, peer) => GreetAsync(peer, isHmac, verifies));
        await pair.A.WriteAsync("payload of A");
        await pair.B.WriteAsync("payload of B");
        pair.A.EndHalf();
        pair.B.EndHalf();
        Assert.Equal("payload of A", await pair.B.ReadTextToEndAsync());
        Assert.Equal("payload of B", await pair.A.ReadTextToEndAsync());
        string? identity = isHmac || verifies ? "alice" : null;
        Assert.Equal((identity, identity), (pair.Connection.PeerA.Identity, pair.Connection.PeerB.Identity));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task B96_Two_connectors_in_a_chain_know_each_other(bool isHmac, bool farVerifies)
    {
        var log = new LogCollector();
        using var target = new TestServer();
        await using Connector far = await StartAsync(null, Of(isHmac, farVerifies, Speaker.Alice), new ConnectOptions(target.EndPoint), log);
        await using Connector near = await StartAsync(Of(isHmac, !farVerifies, Speaker.Alice), null, new ConnectOptions((IPEndPoint)far.EndPointA!), log);
        using TestPeer client = await TestPeer.ConnectAsync(near.EndPointA!);
        await client.WriteAsync("through both");
        client.EndHalf();
        using TestPeer server = await target.AcceptAsync();
        Assert.Equal("through both", await server.ReadTextToEndAsync());
        await server.WriteAsync("and back");
        server.EndHalf();
        Assert.Equal("and back", await client.ReadTextToEndAsync());

        if (isHmac || farVerifies)
        {
            await log.FirstAsync(entry => entry.Id == 11 && entry.Message.StartsWith("A 127.0.0.1:", StringComparison.Ordinal) && entry.Message.EndsWith(" (alice) authenticated", StringComparison.Ordinal), "far's authenticated");
            await log.FirstAsync(entry => entry.Id == 20 && entry.Message.Contains(" (alice) and B 127.0.0.1:", StringComparison.Ordinal), "far's joined");
        }

        Assert.DoesNotContain("correct horse", log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B96_Two_connectors_with_different_secrets_end_the_client_that_came_for_them(bool isHmac)
    {
        var log = new LogCollector();
        using var target = new TestServer();
        await using Connector far = await StartAsync(null, Of(isHmac, verifies: true, _other), new ConnectOptions(target.EndPoint), log);
        await using Connector near = await StartAsync(Of(isHmac, verifies: false, Speaker.Alice), null, new ConnectOptions((IPEndPoint)far.EndPointA!), log);
        using TestPeer client = await TestPeer.ConnectAsync(near.EndPointA!);
        Assert.Equal(System.Net.Sockets.SocketError.ConnectionReset, (await client.ReadToWhateverEndAsync()).Error);
        await Eventually.TrueAsync(() => near.GetStats().Closed.Contains(new CloseCount(CloseReason.AuthRejected, Side.B, 1)), explain: () => near.GetStats().ToJson());
        await Eventually.TrueAsync(() => far.GetStats().Closed.Contains(new CloseCount(CloseReason.AuthRejected, Side.A, 1)), explain: () => far.GetStats().ToJson());
        Assert.False(target.HasWaiting);
        await log.FirstAsync(isHmac ? "wrong proof for the key 'alice'" : "unknown secret");
        Assert.DoesNotContain("correct horse", log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("not the same", log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task B96_Two_that_both_verify_refuse_each_other_at_once()
    {
        var log = new LogCollector();
        using var target = new TestServer();
        SocketAuthVerifier verifier = SocketAuthenticators.VerifyHmac(Speaker.Alice);
        await using Connector far = await StartAsync(null, verifier, new ConnectOptions(target.EndPoint), log);
        await using Connector near = await StartAsync(verifier, null, new ConnectOptions((IPEndPoint)far.EndPointA!), log);
        using TestPeer client = await TestPeer.ConnectAsync(near.EndPointA!);
        Assert.Equal(System.Net.Sockets.SocketError.ConnectionReset, (await client.ReadToWhateverEndAsync()).Error);
        await log.FirstAsync(entry => entry.Message.Contains("on side B: malformed response to the challenge", StringComparison.Ordinal), "near's refusal");
        await log.FirstAsync(entry => entry.Message.Contains("on side A: malformed response to the challenge", StringComparison.Ordinal), "far's refusal");
    }

    [Fact]
    public async Task B96_Keys_are_changed_without_a_moment_in_which_either_is_refused()
    {
        SocketAuthVerifier both = SocketAuthenticators.VerifyHmac(new AuthKey("2026", _other.Secret), new AuthKey("2027", Speaker.Secret));
        using var target = new TestServer();
        await using Connector far = await StartAsync(null, both, new ConnectOptions(target.EndPoint), new LogCollector());
        foreach (AuthKey key in (AuthKey[])[new("2026", _other.Secret), new("2027", Speaker.Secret)])
        {
            await using Connector near = await StartAsync(SocketAuthenticators.ProveHmac(key), null, new ConnectOptions((IPEndPoint)far.EndPointA!), new LogCollector());
            using TestPeer client = await TestPeer.ConnectAsync(near.EndPointA!);
            using TestPeer server = await target.AcceptAsync();
            await client.WriteAsync(key.Name);
            Assert.Equal(key.Name, await server.ReadTextAsync(4));
            Assert.Equal(key.Name, Assert.Single(far.GetConnections()).PeerA.Identity);
            client.Reset();
            await Eventually.TrueAsync(() => far.GetConnections().Count == 0);
        }
    }

    [Fact]
    public async Task B100_An_identity_of_a_user_s_verifier_breaks_no_line()
    {
        var log = new LogCollector();
        using var target = new TestServer();
        await using Connector connector = await StartAsync(null, (_, _) => ValueTask.FromResult(AuthResult.Accept(identity: "x\n\e[2J")), new ConnectOptions(target.EndPoint), log);
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        LogEntry joined = await log.FirstAsync(" joined ");
        Assert.Contains(@" (x\n\x1b[2J) and B ", joined.Message, StringComparison.Ordinal);
        Assert.Equal("x\n\e[2J", Assert.Single(connector.GetConnections()).PeerA.Identity);
    }

    private static SocketAuthVerifier Of(bool isHmac, bool verifies, AuthKey key) => (isHmac, verifies) switch
    {
        (true, true) => SocketAuthenticators.VerifyHmac(key),
        (true, false) => SocketAuthenticators.ProveHmac(key),
        (false, true) => SocketAuthenticators.VerifySharedSecret(key),
        (false, false) => SocketAuthenticators.ProveSharedSecret(key),
    };

    private static async Task GreetAsync(TestPeer peer, bool isHmac, bool verifies)
    {
        switch (isHmac, verifies)
        {
            case (true, true):
                await peer.ProveAsync();
                break;
            case (true, false):
                await peer.ChallengeAsync();
                break;
            case (false, true):
                await peer.WriteAsync($"{Speaker.Secret}\n");
                Assert.Equal("ok\n", await peer.ReadTextAsync(3));
                break;
            default:
                Assert.Equal($"{Speaker.Secret}\n", await peer.ReadTextAsync(Speaker.Secret.Length + 1));
                await peer.WriteAsync("ok\n");
                break;
        }
    }

    private static Task<Connector> StartAsync(SocketAuthVerifier? ofTarget, SocketAuthVerifier? ofClients, ConnectOptions target, LogCollector log) => Connector.ServerToSocketAsync(
        new ListenOptions(IPAddress.Loopback, 0) { AuthVerifier = ofClients },
        target with { AuthVerifier = ofTarget },
        Patient.Options with { LoggerFactory = log, LogTraffic = true, Verbose = true },
        TestContext.Current.CancellationToken);
}
