using SocketConnector.TestKit;
using SocketConnector.Tests.Admission;

namespace SocketConnector.Tests.Authentication;

public sealed class SharedSecretTests
{
    private static readonly AuthKey[] _keys = [Speaker.Alice, new("bob", "s3cret"), new("old", "pässwörter")];

    public static TheoryData<string> Wrong =>
    [
        "s3cres\n", "s3cre\n", "s3crett\n", "S3cret\n", " s3cret\n", "s3cret \n", "s3cret\r\r\n", "bob:s3cret\n", "\n", "\r\n", "\0\n",
        new string('x', 256), new string('x', 300_000), "s3cret" + new string(' ', 250) + "\n",
    ];

    [Theory]
    [InlineData("alice", Speaker.Secret + "\n")]
    [InlineData("bob", "s3cret\n")]
    [InlineData("bob", "s3cret\r\n")]
    public async Task B96_A_peer_with_a_secret_is_accepted_by_its_name_and_what_follows_in_the_same_segment_is_relayed(string name, string line)
    {
        await using Gate gate = await OpenAsync();
        TestPeer a = await gate.ConnectAAsync($"{line}and the stream");
        Assert.Equal("ok\n", await a.ReadTextAsync(3));
        await gate.PendingAAsync(1);
        Assert.Equal(name, gate.Connector.GetPending(Side.A).Single().Identity);
        TestPeer b = await gate.ConnectBAsync();
        a.EndHalf();
        Assert.Equal("and the stream", await b.ReadTextToEndAsync());
    }

    [Fact]
    public async Task B96_A_secret_may_come_byte_by_byte()
    {
        await using Gate gate = await OpenAsync();
        TestPeer a = await gate.ConnectAAsync();
        a.Socket.NoDelay = true;
        foreach (char letter in "s3cret\n!")
        {
            await a.WriteAsync(letter.ToString());
            await Task.Yield();
        }

        Assert.Equal("ok\n", await a.ReadTextAsync(3));
        TestPeer b = await gate.ConnectBAsync();
        Assert.Equal("!", await b.ReadTextAsync(1));
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task B96_Whatever_is_wrong_gets_the_same_answer_and_then_a_clean_end(string line)
    {
        await using Gate gate = await OpenAsync();
        TestPeer a = await gate.ConnectAAsync(line);
        Assert.Equal(Speaker.Refusal, await a.ReadTextToEndAsync());
        a.Dispose();
        await gate.ClosedAsync(CloseReason.AuthRejected);
        Assert.Empty(gate.Connector.GetPending(Side.A));
    }

    [Theory]
    [InlineData("")]
    [InlineData("s3cret")]
    public async Task B96_A_peer_that_leaves_before_its_line_has_ended_has_left(string says)
    {
        await using Gate gate = await OpenAsync();
        TestPeer a = await gate.ConnectAAsync(says);
        a.EndHalf();
        await gate.ClosedAsync(CloseReason.PeerReset);
    }

    [Theory]
    [InlineData("")]
    [InlineData("s3cret")]
    public async Task B96_A_peer_that_is_late_is_given_up_at_the_deadline(string says)
    {
        await using Gate gate = await OpenAsync();
        TestPeer a = await gate.ConnectAAsync(says);
        await Eventually.TrueAsync(() => gate.Clock.Delays.Contains(new ConnectorOptions().AdmissionTimeout));
        gate.Clock.Advance(new ConnectorOptions().AdmissionTimeout);
        await gate.ClosedAsync(CloseReason.AuthTimeout);
        Assert.NotNull((await a.ReadToWhateverEndAsync()).Error);
    }

    [Theory]
    [InlineData("ok\n", true)]
    [InlineData("ok\nand the stream", true)]
    [InlineData("no\n", false)]
    [InlineData("okay\n", false)]
    [InlineData("\n", false)]
    public async Task B96_The_end_that_proves_accepts_one_answer_alone(string answer, bool isAccepted)
    {
        await using Gate gate = await Gate.OpenAsync(SocketAuthenticators.ProveSharedSecret(Speaker.Alice));
        TestPeer a = await gate.ConnectAAsync();
        Assert.Equal($"{Speaker.Secret}\n", await a.ReadTextAsync(Speaker.Secret.Length + 1));
        await a.WriteAsync(answer);
        if (isAccepted)
        {
            await gate.PendingAAsync(1);
            Assert.Null(gate.Connector.GetPending(Side.A).Single().Identity);
            TestPeer b = await gate.ConnectBAsync();
            await Eventually.TrueAsync(() => gate.Connector.GetConnections().Count == 1);
            a.EndHalf();
            Assert.Equal(answer[3..], await b.ReadTextToEndAsync());
        }
        else
        {
            Assert.Empty(await a.ReadTextToEndAsync());
            a.Dispose();
            await gate.ClosedAsync(CloseReason.AuthRejected);
        }
    }

    private static Task<Gate> OpenAsync() => Gate.OpenAsync(SocketAuthenticators.VerifySharedSecret(_keys));
}
