using System.Text;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Transforms;

public sealed class TransformerTests
{
    public static TheoryData<Mode, Form> ModesAndForms
    {
        get
        {
            var rows = new TheoryData<Mode, Form>();
            foreach (Mode mode in Enum.GetValues<Mode>())
            {
                foreach (Form form in Enum.GetValues<Form>())
                {
                    rows.Add(mode, form);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(ModesAndForms))]
    public async Task B30_Reversing_one_way_leaves_the_other_way_alone(Mode mode, Form form)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, a: new SideOptions { Transformer = LineReverser.Of(form) });

        await pair.A.WriteAsync("stressed\nlive");
        Assert.Equal("desserts\n", await pair.B.ReadTextAsync(9));
        await pair.B.WriteAsync("as it is\n");
        Assert.Equal("as it is\n", await pair.A.ReadTextAsync(9));
        pair.A.EndHalf();
        Assert.Equal("evil", await pair.B.ReadTextToEndAsync());
        pair.B.EndHalf();
        Assert.Equal("", await pair.A.ReadTextToEndAsync());
        Assert.Equal(CloseReason.Completed, (await pair.Connection.Completion.InTimeAsync()).Reason);
    }

    [Theory]
    [MemberData(nameof(ModesAndForms))]
    public async Task B30_Prefixing_both_ways_changes_the_length(Mode mode, Form form)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(
            mode, a: new SideOptions { Transformer = Prefixer.Of(form, "from A: ") }, b: new SideOptions { Transformer = Prefixer.Of(form, "from B: ") });

        await pair.A.WriteAsync("hello");
        Assert.Equal("from A: hello", await pair.B.ReadTextAsync(13));
        await pair.B.WriteAsync("welcome");
        Assert.Equal("from B: welcome", await pair.A.ReadTextAsync(15));
        pair.B.EndHalf();
        Assert.Equal("", await pair.A.ReadTextToEndAsync());
        await pair.A.WriteAsync(" again");
        pair.A.EndHalf();
        Assert.Equal(" again", await pair.B.ReadTextToEndAsync());
        CloseInfo end = await pair.Connection.Completion.InTimeAsync();
        Assert.Equal((CloseReason.Completed, Side.B), (end.Reason, end.Side));
    }

    [Fact]
    public async Task B30_A_transformer_is_made_anew_for_each_connection()
    {
        using var target = new TestServer();
        var options = new ConnectorOptions { GracePeriod = Timeout.InfiniteTimeSpan };
        ListenOptions listen = RelayedPair.Listen(new SideOptions { Transformer = Prefixer.Of(Form.Chunks, "new: ") });
        await using Connector connector = await Connector.ServerToSocketAsync(
            listen, RelayedPair.Connect(new SideOptions(), target), options, TestContext.Current.CancellationToken);

        for (int i = 0; i < 3; i++)
        {
            using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
            using TestPeer server = await target.AcceptAsync();
            await client.WriteAsync("hello");
            Assert.Equal("new: hello", await server.ReadTextAsync(10));
        }
    }

    [Theory]
    [MemberData(nameof(Modes.All), MemberType = typeof(Modes))]
    public async Task B31_A_block_cipher_holds_its_last_block_until_the_end_and_the_far_side_gets_it_then_the_end(Mode mode)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(
            mode, a: new SideOptions { Transformer = Codecs.Encrypting }, b: new SideOptions { Transformer = Codecs.EncryptingWhenRead });

        await pair.A.WriteAsync("five!");
        pair.A.EndHalf();
        byte[] atB = await pair.B.ReadToEndAsync();
        await pair.B.WriteAsync("and back");
        pair.B.EndHalf();
        byte[] atA = await pair.A.ReadToEndAsync();

        Assert.Equal((16, "five!"), (atB.Length, Encoding.ASCII.GetString(Codecs.Decrypt(atB))));
        Assert.Equal((16, "and back"), (atA.Length, Encoding.ASCII.GetString(Codecs.Decrypt(atA))));
        Assert.Equal(CloseReason.Completed, (await pair.Connection.Completion.InTimeAsync()).Reason);
    }

    [Fact]
    public async Task B31_A_compressor_flushes_its_tail()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, a: new SideOptions { Transformer = Codecs.Zipping });
        byte[] sent = RandomBytes.Of(seed: 31, 100_000);

        await pair.A.WriteAsync(sent);
        pair.A.EndHalf();

        Assert.Equal(sent, Codecs.Unzip(await pair.B.ReadToEndAsync()));
    }

    [Fact]
    public async Task B31_What_a_compressor_holds_goes_out_when_nothing_more_has_arrived()
    {
        await using RelayedPair sender = await RelayedPair.StartAsync(Mode.ServerToServer, a: new SideOptions { Transformer = Codecs.Zipping });
        await using RelayedPair receiver = await RelayedPair.StartAsync(Mode.ServerToServer, a: new SideOptions { Transformer = Codecs.Unzipping });
        Task carrying = CarryAsync(sender.B, receiver.A);

        await sender.A.WriteAsync("a question, and no end behind it");

        Assert.Equal("a question, and no end behind it", await receiver.B.ReadTextAsync(32));
        sender.A.EndHalf();
        Assert.Equal("", await receiver.B.ReadTextToEndAsync());
        await carrying.InTimeAsync();
    }

    [Fact]
    public async Task B31_A_tail_comes_even_when_nothing_was_sent()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, a: new SideOptions { Transformer = Codecs.Encrypting });
        pair.A.EndHalf();
        byte[] tail = await pair.B.ReadToEndAsync();
        Assert.Equal(16, tail.Length);
        Assert.Empty(Codecs.Decrypt(tail));
    }

    private static async Task CarryAsync(TestPeer from, TestPeer to)
    {
        byte[] buffer = new byte[64 * 1024];
        while (await from.Socket.ReceiveAsync(buffer) is > 0 and int count)
        {
            await to.WriteAsync(buffer.AsMemory(0, count));
        }

        to.EndHalf();
    }
}
