using SocketConnector.TestKit;

namespace SocketConnector.Tests.Admission;

public sealed class MessageTests
{
    [Fact]
    public async Task B20_A_socket_is_pending_only_once_it_is_authenticated_and_its_message_is_not_relayed()
    {
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Gate gate = await Gate.OpenAsync((context, cancellationToken) =>
        {
            running.TrySetResult();
            return Verifiers.Word("open sesame")(context, cancellationToken);
        });
        TestPeer a = await gate.ConnectAAsync("open ses");
        TestPeer b = await gate.ConnectBAsync();
        await running.Task.InTimeAsync();
        await Eventually.TrueAsync(() => gate.Connector.GetPending(Side.B).Count == 1);
        Assert.Empty(gate.Connector.GetPending(Side.A));
        Assert.Empty(gate.Connector.GetConnections());

        await a.WriteAsync("ame");
        await Eventually.TrueAsync(() => gate.Connector.GetConnections().Count == 1);
        await a.WriteAsync("only this");
        a.EndHalf();
        Assert.Equal("only this", await b.ReadTextToEndAsync());
        Connection connection = gate.Connector.GetConnections().Single();
        Assert.Equal((9, 9), (connection.BytesAToB, connection.PeerA.BytesReceived));
    }

    [Fact]
    public async Task B20_Three_hundred_who_say_the_word_and_no_more_all_wait_and_none_is_lost()
    {
        const int Many = 300;
        await using Gate gate = await Gate.OpenAsync(Verifiers.Challenge("who?", "A!"), verifierB: Verifiers.Challenge("who?", "B!"));
        TestPeer[] waiting = await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => SayAsync(gate.ConnectAAsync(), "A", "!")));
        await gate.PendingAAsync(Many);
        TestPeer[] partners = await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => SayAsync(gate.ConnectBAsync(), "B", "!")));
        await Task.WhenAll(waiting.Select(peer => peer.WriteAsync("hello")));
        string[] heard = await Task.WhenAll(partners.Select(peer => peer.ReadTextAsync(5)));
        Assert.All(heard, text => Assert.Equal("hello", text));
        Assert.Equal((0, 0, Many), (gate.Connector.GetPending(Side.A).Count, gate.Connector.GetPending(Side.B).Count, gate.Connector.GetConnections().Count));
        Assert.Empty(gate.Connector.GetStats().Closed);

        static async Task<TestPeer> SayAsync(Task<TestPeer> connecting, params string[] words)
        {
            TestPeer peer = await connecting;
            Assert.Equal("who?", await peer.ReadTextAsync(4));
            foreach (string word in words)
            {
                await peer.WriteAsync(word);
            }

            return peer;
        }
    }

    [Fact]
    public async Task B22_The_message_comes_one_byte_at_a_time_and_so_does_the_payload()
    {
        await using Gate gate = await Gate.OpenAsync(Verifiers.Word("one at a time"));
        TestPeer b = await gate.ConnectBAsync();
        TestPeer a = await gate.ConnectAAsync();
        a.Socket.NoDelay = true;
        foreach (char letter in "one at a timeand then the payload")
        {
            await a.WriteAsync(letter.ToString());
            await Task.Yield();
        }

        a.EndHalf();
        Assert.Equal("and then the payload", await b.ReadTextToEndAsync());
    }

    [Fact]
    public async Task B22_Message_and_payload_come_in_one_segment()
    {
        await using Gate gate = await Gate.OpenAsync(Verifiers.Word("go"));
        TestPeer a = await gate.ConnectAAsync("goand this is the stream");
        await gate.PendingAAsync(1);
        TestPeer b = await gate.ConnectBAsync();
        await a.WriteAsync(", to its end");
        a.EndHalf();
        Assert.Equal("and this is the stream, to its end", await b.ReadTextToEndAsync());
    }

    [Fact]
    public async Task B22_Message_payload_and_end_come_in_one_segment_while_nobody_is_there()
    {
        await using Gate gate = await Gate.OpenAsync(Verifiers.Word("go"));
        TestPeer a = await gate.ConnectAAsync("gopayload");
        a.EndHalf();
        await gate.PendingAAsync(1);
        TestPeer b = await gate.ConnectBAsync();
        Assert.Equal("payload", await b.ReadTextToEndAsync());
        await b.WriteAsync("reply");
        b.EndHalf();
        Assert.Equal("reply", await a.ReadTextToEndAsync());
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(64 * 1024)]
    [InlineData(1024 * 1024)]
    public async Task B22_A_MiB_right_behind_the_message_is_relayed_exactly_once_and_in_order(int bufferSize)
    {
        byte[] payload = RandomBytes.Of(22, 1024 * 1024);
        await using Gate gate = await Gate.OpenAsync(Verifiers.Word("go"), options => options with { BufferSize = bufferSize });
        TestPeer a = await gate.ConnectAAsync();
        Task sending = SendAsync();
        await gate.PendingAAsync(1);
        TestPeer b = await gate.ConnectBAsync();
        byte[] received = await b.ReadToEndAsync();
        await sending.InTimeAsync();
        Assert.Equal((payload.Length, RandomBytes.Sha256(payload)), (received.Length, RandomBytes.Sha256(received)));

        async Task SendAsync()
        {
            byte[] both = [.. "go"u8, .. payload];
            await a.WriteAsync(both);
            a.EndHalf();
        }
    }

    [Fact]
    public async Task B22_What_is_left_unread_goes_through_the_transformer_too()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(
            Mode.ServerToServer,
            Patient.Options,
            a: new SideOptions { AuthVerifier = Verifiers.Word("go"), Transformer = Transformers.FromStream(inner => inner) },
            greet: (side, peer) => side == Side.A ? peer.WriteAsync("goearly") : Task.CompletedTask);
        await pair.A.WriteAsync(" and late");
        pair.A.EndHalf();
        Assert.Equal("early and late", await pair.B.ReadTextToEndAsync());
        Assert.Equal(14, pair.Connection.PeerA.BytesReceived);
    }

    [Fact]
    public async Task B22_What_was_looked_at_but_not_consumed_belongs_to_the_stream()
    {
        await using Gate gate = await Gate.OpenAsync(async (context, cancellationToken) =>
        {
            var read = await context.Transport.Input.ReadAtLeastAsync(7, cancellationToken);
            context.Transport.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            return AuthResult.Accept();
        });
        TestPeer a = await gate.ConnectAAsync("CONNECT");
        await gate.PendingAAsync(1);
        TestPeer b = await gate.ConnectBAsync();
        a.EndHalf();
        Assert.Equal("CONNECT", await b.ReadTextToEndAsync());
    }
}
