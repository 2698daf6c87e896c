using System.Net.Sockets;
using SocketConnector.TestKit;
using SocketConnector.Tests.Admission;

namespace SocketConnector.Tests.Authentication;

/// <summary>The end that verifies by HMAC, against a peer that speaks by itself.</summary>
public sealed class HmacVerifierTests
{
    private const string Others = "another secret of some length";

    private static readonly string _zeros = new('0', 64);

    /// <summary>What is wrong, and what the peer says for it; it gets the challenge's nonce and has a nonce of its own.</summary>
    private static readonly Dictionary<string, Func<string, string, string>> _wrong = new(StringComparer.Ordinal)
    {
        ["another secret"] = (theirs, mine) => $"alice {mine} {Speaker.Proof("prover", "alice", theirs, mine, Others)}\n",
        ["an unknown key"] = (theirs, mine) => $"carol {mine} {Speaker.Proof("prover", "carol", theirs, mine)}\n",
        ["the secret of another key"] = (theirs, mine) => $"bob {mine} {Speaker.Proof("prover", "bob", theirs, mine)}\n",
        ["the proof of another key"] = (theirs, mine) => $"bob {mine} {Speaker.Proof("prover", "alice", theirs, mine)}\n",
        ["the proof of the other role"] = (theirs, mine) => $"alice {mine} {Speaker.Proof("verifier", "alice", theirs, mine)}\n",
        ["the proof of another protocol"] = (theirs, mine) => $"alice {mine} {Speaker.Proof("prover", "alice", theirs, mine, label: "SCA-HMAC/2")}\n",
        ["the proof for another challenge"] = (_, mine) => $"alice {mine} {Speaker.Proof("prover", "alice", _zeros, mine)}\n",
        ["the nonces exchanged"] = (theirs, mine) => $"alice {mine} {Speaker.Proof("prover", "alice", mine, theirs)}\n",
        ["a proof with one bit turned"] = (theirs, mine) => $"alice {mine} {Turned(Speaker.Proof("prover", "alice", theirs, mine))}\n",
        ["a proof in capitals"] = (theirs, mine) => $"alice {mine} {Speaker.Proof("prover", "alice", theirs, mine).ToUpperInvariant()}\n",
        ["half a proof"] = (theirs, mine) => $"alice {mine} {Speaker.Proof("prover", "alice", theirs, mine)[..32]}\n",
        ["a proof of nothing"] = (_, mine) => $"alice {mine} {_zeros}\n",
        ["a name of nothing"] = (theirs, mine) => $" {mine} {Speaker.Proof("prover", "", theirs, mine)}\n",
        ["a name that is too long"] = (theirs, mine) => $"{new string('a', 65)} {mine} {_zeros}\n",
        ["a name that would reach a terminal"] = (theirs, mine) => $"\e[2J {mine} {_zeros}\n",
        ["one field too many"] = (theirs, mine) => $"alice {mine} {Speaker.Proof("prover", "alice", theirs, mine)} x\n",
        ["the challenge itself"] = (theirs, _) => $"SCA-HMAC/1 {theirs}\n",
        ["an empty line"] = (_, _) => "\n",
        ["the secret itself"] = (_, _) => $"{Speaker.Secret}\n",
        ["a line without end"] = (_, _) => new string('a', 256),
        ["far too much"] = (_, _) => new string('a', 300_000),
        ["too much before the end"] = (_, _) => $"{new string('a', 256)}\n",
        ["bytes of nothing"] = (_, _) => "\0\0\0\x7f\n",
    };

    public static TheoryData<string> Wrong => [.. _wrong.Keys];

    [Theory]
    [InlineData("alice", Speaker.Secret)]
    [InlineData("bob", Others)]
    public async Task B96_A_peer_with_a_key_is_accepted_by_its_name_and_what_follows_in_the_same_segment_is_relayed(string name, string secret)
    {
        await using Gate gate = await OpenAsync();
        TestPeer a = await gate.ConnectAAsync();
        await a.ProveAsync(name, secret, behind: "no\nand the stream");
        await gate.PendingAAsync(1);
        Peer peer = gate.Connector.GetPending(Side.A).Single();
        Assert.Equal((name, null), (peer.Identity, peer.Key));
        TestPeer b = await gate.ConnectBAsync();
        await a.WriteAsync(", to its end");
        a.EndHalf();
        Assert.Equal("no\nand the stream, to its end", await b.ReadTextToEndAsync());
        await b.WriteAsync("reply");
        b.EndHalf();
        Assert.Equal("reply", await a.ReadTextToEndAsync());
    }

    [Fact]
    public async Task B96_A_response_may_come_byte_by_byte_and_end_as_on_Windows()
    {
        await using Gate gate = await OpenAsync();
        TestPeer a = await gate.ConnectAAsync();
        a.Socket.NoDelay = true;
        string theirs = await a.ReadChallengeAsync(), mine = Speaker.Nonce();
        foreach (char letter in $"alice {mine} {Speaker.Proof("prover", "alice", theirs, mine)}\r\nand more")
        {
            await a.WriteAsync(letter.ToString());
            await Task.Yield();
        }

        Assert.StartsWith("ok ", await a.ReadTextAsync(68), StringComparison.Ordinal);
        TestPeer b = await gate.ConnectBAsync();
        Assert.Equal("and more", await b.ReadTextAsync(8));
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task B96_Whatever_is_wrong_gets_the_same_answer_and_then_a_clean_end(string what)
    {
        await using Gate gate = await OpenAsync();
        TestPeer a = await gate.ConnectAAsync();
        string theirs = await a.ReadChallengeAsync();
        await a.WriteAsync(_wrong[what](theirs, Speaker.Nonce()));
        Assert.Equal(Speaker.Refusal, await a.ReadTextToEndAsync());
        a.Dispose();
        await gate.ClosedAsync(CloseReason.AuthRejected);
        Assert.Empty(gate.Connector.GetPending(Side.A));
    }

    [Fact]
    public async Task B96_A_recorded_conversation_is_worth_nothing_on_the_next_connection()
    {
        await using Gate gate = await OpenAsync();
        TestPeer first = await gate.ConnectAAsync();
        string theirs = await first.ReadChallengeAsync(), mine = Speaker.Nonce();
        string recorded = $"alice {mine} {Speaker.Proof("prover", "alice", theirs, mine)}\n";
        await first.WriteAsync(recorded);
        Assert.StartsWith("ok ", await first.ReadTextAsync(68), StringComparison.Ordinal);

        TestPeer second = await gate.ConnectAAsync();
        Assert.NotEqual(theirs, await second.ReadChallengeAsync());
        await second.WriteAsync(recorded);
        Assert.Equal(Speaker.Refusal, await second.ReadTextToEndAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("alice ")]
    [InlineData("alice 0123\r")]
    public async Task B96_A_peer_that_leaves_before_its_line_has_ended_is_not_this_program_s_fault(string says)
    {
        await using Gate gate = await OpenAsync();
        TestPeer ending = await gate.ConnectAAsync(says);
        ending.EndHalf();
        await gate.ClosedAsync(CloseReason.PeerReset);
        TestPeer resetting = await gate.ConnectAAsync(says);
        await resetting.ReadChallengeAsync();
        resetting.Reset();
        await gate.ClosedAsync(CloseReason.PeerReset, count: 2);
    }

    [Theory]
    [InlineData("")]
    [InlineData("alice 0123")]
    public async Task B96_A_peer_that_is_late_is_given_up_at_the_deadline_to_the_tick(string says)
    {
        await using Gate gate = await OpenAsync();
        TestPeer a = await gate.ConnectAAsync();
        string theirs = await a.ReadChallengeAsync();
        gate.Clock.Advance(new ConnectorOptions().AdmissionTimeout - TimeSpan.FromTicks(1));
        await a.WriteAsync(says);
        TestPeer inTime = await gate.ConnectAAsync();
        await inTime.ProveAsync();
        await gate.PendingAAsync(1);
        Assert.Empty(gate.Connector.GetStats().Closed);
        gate.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(([], SocketError.ConnectionReset), await a.ReadToWhateverEndAsync());
        await gate.ClosedAsync(CloseReason.AuthTimeout);
        Assert.Single(gate.Connector.GetPending(Side.A));
        Assert.NotEmpty(theirs);
    }

    private static Task<Gate> OpenAsync() => Gate.OpenAsync(SocketAuthenticators.VerifyHmac(Speaker.Alice, new AuthKey("bob", Others)));

    private static string Turned(string proof) => $"{proof[..^1]}{(proof[^1] == '0' ? '1' : '0')}";
}
