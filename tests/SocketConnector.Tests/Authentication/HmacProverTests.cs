using SocketConnector.TestKit;
using SocketConnector.Tests.Admission;

namespace SocketConnector.Tests.Authentication;

/// <summary>The end that proves by HMAC, against one that only pretends to have the key. It stands on a listening side here, which is as good.</summary>
public sealed class HmacProverTests
{
    [Theory]
    [InlineData("")]
    [InlineData("ok and more")]
    public async Task B96_A_far_end_with_the_key_is_accepted_and_what_follows_its_proof_is_relayed(string behind)
    {
        await using Gate gate = await OpenAsync();
        TestPeer a = await gate.ConnectAAsync();
        await a.ChallengeAsync(behind: behind);
        await gate.PendingAAsync(1);
        Assert.Equal("alice", gate.Connector.GetPending(Side.A).Single().Identity);
        TestPeer b = await gate.ConnectBAsync();
        await Eventually.TrueAsync(() => gate.Connector.GetConnections().Count == 1);
        a.EndHalf();
        Assert.Equal(behind, await b.ReadTextToEndAsync());
    }

    [Theory]
    [InlineData("220 mail.example.org ESMTP\r\n")]
    [InlineData("SCA-HMAC/1\n")]
    [InlineData("SCA-HMAC/1 \n")]
    [InlineData("SCA-HMAC/1 0123456789abcdef\n")]
    [InlineData("SCA-HMAC/2 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n")]
    [InlineData("SCA-HMAC/1 000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F\n")]
    [InlineData("SCA-HMAC/1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f x\n")]
    [InlineData("alice 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n")]
    public async Task B96_To_what_is_no_challenge_nothing_is_proven(string says)
    {
        await using Gate gate = await OpenAsync();
        TestPeer a = await gate.ConnectAAsync(says);
        Assert.Empty(await a.ReadTextToEndAsync());
        a.Dispose();
        await gate.ClosedAsync(CloseReason.AuthRejected);
    }

    [Fact]
    public async Task B96_A_challenge_without_end_is_not_waited_for()
    {
        await using Gate gate = await OpenAsync();
        TestPeer a = await gate.ConnectAAsync(new string('x', 256));
        Assert.Empty(await a.ReadTextToEndAsync());
        a.Dispose();
        await gate.ClosedAsync(CloseReason.AuthRejected);
    }

    [Theory]
    [InlineData("a refusal")]
    [InlineData("an ok alone")]
    [InlineData("the prover's own proof, reflected")]
    [InlineData("a proof by another key")]
    [InlineData("the acceptance of an earlier connection")]
    [InlineData("a line without end")]
    public async Task B96_A_far_end_that_does_not_prove_itself_is_not_accepted(string how)
    {
        await using Gate gate = await OpenAsync();
        string mine = Speaker.Nonce();
        TestPeer earlier = await gate.ConnectAAsync();
        string earlierAcceptance = Speaker.Proof("verifier", "alice", mine, await earlier.ReadResponseAsync(mine));
        await earlier.WriteAsync($"ok {earlierAcceptance}\n");
        await gate.PendingAAsync(1);

        TestPeer a = await gate.ConnectAAsync();
        string theirs = await a.ReadResponseAsync(mine);
        await a.WriteAsync(how switch
        {
            "a refusal" => Speaker.Refusal,
            "an ok alone" => "ok\n",
            "the prover's own proof, reflected" => $"ok {Speaker.Proof("prover", "alice", mine, theirs)}\n",
            "a proof by another key" => $"ok {Speaker.Proof("verifier", "alice", mine, theirs, "another secret of some length")}\n",
            "the acceptance of an earlier connection" => $"ok {earlierAcceptance}\n",
            _ => new string('o', 300),
        });
        Assert.Empty(await a.ReadTextToEndAsync());
        a.Dispose();
        await gate.ClosedAsync(CloseReason.AuthRejected);
        Assert.Single(gate.Connector.GetPending(Side.A));
    }

    [Fact]
    public async Task B96_Two_that_both_prove_wait_for_each_other_until_the_deadline()
    {
        await using Gate gate = await Gate.OpenAsync(SocketAuthenticators.ProveHmac(Speaker.Alice));
        TestPeer silent = await gate.ConnectAAsync();
        await Eventually.TrueAsync(() => gate.Clock.Delays.Contains(new ConnectorOptions().AdmissionTimeout));
        gate.Clock.Advance(new ConnectorOptions().AdmissionTimeout);
        await gate.ClosedAsync(CloseReason.AuthTimeout);
        Assert.NotNull((await silent.ReadToWhateverEndAsync()).Error);
    }

    [Fact]
    public async Task B96_A_far_end_that_leaves_in_place_of_its_answer_has_left()
    {
        await using Gate gate = await OpenAsync();
        TestPeer a = await gate.ConnectAAsync();
        await a.ReadResponseAsync(Speaker.Nonce());
        a.EndHalf();
        await gate.ClosedAsync(CloseReason.PeerReset);
    }

    private static Task<Gate> OpenAsync() => Gate.OpenAsync(SocketAuthenticators.ProveHmac(Speaker.Alice));
}
