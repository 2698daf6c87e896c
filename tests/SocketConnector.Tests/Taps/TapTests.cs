using System.Net.Sockets;
using System.Text;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Taps;

/// <summary>What a tap of the hook sees.</summary>
public sealed class TapTests
{
    [Theory]
    [MemberData(nameof(Modes.All), MemberType = typeof(Modes))]
    public async Task A_tap_sees_each_byte_and_each_end_of_both_sides_and_the_close_last(Mode mode)
    {
        var tap = new SeeingTap();
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, Attaching(tap));
        Assert.Equal(TestEngine.Plain, pair.Connection.Engine);
        await pair.A.WriteAsync("question");
        Assert.Equal("question", await pair.B.ReadTextAsync(8));
        await pair.B.WriteAsync("answer");
        Assert.Equal("answer", await pair.A.ReadTextAsync(6));
        pair.A.EndHalf();
        Assert.Equal("", await pair.B.ReadTextToEndAsync());
        await pair.B.WriteAsync("late");
        Assert.Equal("late", await pair.A.ReadTextAsync(4));
        pair.B.EndHalf();

        (CloseInfo info, long missed) = await tap.Closed.InTimeAsync();
        Assert.Equal((CloseReason.Completed, Side.A, 0), (info.Reason, info.Side, missed));
        Assert.Same(info, await pair.Connection.Completion.InTimeAsync());
        Assert.Equal(("question", "answerlate"), (tap.Text(Side.A), tap.Text(Side.B)));
        Assert.Equal(["A", "B", "end A", "B", "end B", "closed"], tap.Calls);
    }

    [Theory]
    [InlineData(Side.A)]
    [InlineData(Side.B)]
    public async Task A_tap_sees_what_a_verifier_left_unread(Side sender)
    {
        var tap = new SeeingTap();
        SideOptions verified = new() { AuthVerifier = Verifiers.Word("let me in") };
        await using RelayedPair pair = await RelayedPair.StartAsync(
            Mode.ServerToServer,
            Attaching(tap),
            sender == Side.A ? verified : null,
            sender == Side.B ? verified : null,
            greet: (side, peer) => side == sender ? peer.WriteAsync("let me infirst ") : Task.CompletedTask);
        Side receiver = sender == Side.A ? Side.B : Side.A;
        Assert.Equal("first ", await pair[receiver].ReadTextAsync(6));
        await pair[sender].WriteAsync("second");
        Assert.Equal("second", await pair[receiver].ReadTextAsync(6));
        await Eventually.TrueAsync(() => tap.Text(sender) == "first second", explain: () => tap.Text(sender));
    }

    [Fact]
    public async Task Each_tap_sees_the_view_that_it_chose_of_transformed_bytes()
    {
        SeeingTap received = new(TapView.Received), relayed = new(TapView.Relayed);
        await using RelayedPair pair = await RelayedPair.StartAsync(
            Mode.ServerToServer, Attaching(received, relayed), a: new SideOptions { Transformer = Transformers.FromChunks(() => new Shouting()) });
        await pair.A.WriteAsync("hello");
        Assert.Equal("HELLO", await pair.B.ReadTextAsync(5));
        await pair.B.WriteAsync("hello");
        Assert.Equal("hello", await pair.A.ReadTextAsync(5));
        pair.A.EndHalf();
        Assert.Equal("", await pair.B.ReadTextToEndAsync());
        pair.B.EndHalf();

        await Task.WhenAll(received.Closed, relayed.Closed).InTimeAsync();
        Assert.Equal(("hello", "hello"), (received.Text(Side.A), received.Text(Side.B)));
        Assert.Equal(("HELLO", "hello"), (relayed.Text(Side.A), relayed.Text(Side.B)));
        Assert.All([received, relayed], tap => Assert.Equal(["A", "B", "end A", "end B", "closed"], tap.Calls));
    }

    [Fact]
    public async Task A_reset_is_the_close_and_no_end()
    {
        var tap = new SeeingTap();
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Attaching(tap));
        await pair.A.WriteAsync("half a mess");
        Assert.Equal("half a mess", await pair.B.ReadTextAsync(11));
        pair.A.Reset();

        (CloseInfo info, long missed) = await tap.Closed.InTimeAsync();
        Assert.Equal((CloseReason.PeerReset, Side.A, 0), (info.Reason, info.Side, missed));
        Assert.Equal(["A", "closed"], tap.Calls);
        Assert.Equal(SocketError.ConnectionReset, (await pair.B.ReadToWhateverEndAsync()).Error);
    }

    [Fact]
    public async Task A_tap_of_a_connection_that_is_not_made_hears_why()
    {
        var tap = new SeeingTap();
        await using RelayedPair pair = await RelayedPair.StartAsync(
            Mode.ServerToServer,
            Patient.Options with
            {
                BeforeJoining = (context, _) =>
                {
                    context.Attach(tap);
                    throw new InvalidOperationException("not these two");
                },
            },
            waitUntilJoined: false);
        Assert.Equal(CloseReason.HookFailed, (await tap.Closed.InTimeAsync()).Info.Reason);
        Assert.Equal(["closed"], tap.Calls);
    }

    [Fact]
    public async Task What_the_hook_was_given_takes_no_tap_once_the_hook_is_over()
    {
        JoinContext? kept = null;
        await using RelayedPair pair = await RelayedPair.StartAsync(
            Mode.ServerToServer,
            Patient.Options with
            {
                BeforeJoining = (context, _) =>
                {
                    kept = context;
                    return ValueTask.CompletedTask;
                },
            });
        Assert.Throws<InvalidOperationException>(() => kept!.Attach(new SeeingTap()));
    }

    [Fact]
    public async Task The_end_of_the_connector_waits_for_what_was_seen()
    {
        var log = new LogCollector();
        RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Patient.Options with { LogTraffic = true, LoggerFactory = log });
        await pair.A.WriteAsync(Encoding.ASCII.GetBytes("last words"));
        Assert.Equal("last words", await pair.B.ReadTextAsync(10));
        await pair.DisposeAsync();
        await pair.Connector.Completion.InTimeAsync();
        Assert.Contains("last words", log.Text, StringComparison.Ordinal);
    }

    private static ConnectorOptions Attaching(params Tap[] taps) => Patient.Options with
    {
        BeforeJoining = (context, _) =>
        {
            Array.ForEach(taps, tap => context.Attach(tap));
            return ValueTask.CompletedTask;
        },
    };

    private sealed class Shouting : ChunkTransformer
    {
        public override void Transform(ReadOnlySpan<byte> chunk, System.Buffers.IBufferWriter<byte> output)
        {
            Ascii.ToUpper(chunk, output.GetSpan(chunk.Length), out int written);
            output.Advance(written);
        }
    }
}
