using System.Buffers;
using System.IO.Pipelines;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Transforms;

public sealed class CounterTests
{
    [Theory]
    [MemberData(nameof(Modes.All), MemberType = typeof(Modes))]
    public async Task B34_Without_a_transformer_what_is_sent_is_what_is_counted(Mode mode)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(mode);
        await TalkAsync(pair, fromA: 1_000, atB: 1_000, fromB: 70_000, atA: 70_000);
        AssertCounts(pair, fromA: 1_000, atB: 1_000, fromB: 70_000, atA: 70_000);
    }

    [Theory]
    [MemberData(nameof(Modes.All), MemberType = typeof(Modes))]
    public async Task B34_With_transformers_what_is_delivered_is_counted_once(Mode mode)
    {
        var doubling = new SideOptions { Transformer = Transformers.FromChunks(() => new Repeater(2)) };
        var tripling = new SideOptions { Transformer = Transformers.FromChunks(() => new Repeater(3)) };
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, a: doubling, b: tripling);
        await TalkAsync(pair, fromA: 1_000, atB: 2_000, fromB: 70_000, atA: 210_000);
        AssertCounts(pair, fromA: 1_000, atB: 2_000, fromB: 70_000, atA: 210_000);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task B34_Data_right_behind_the_authentication_counts_and_the_authentication_does_not(int times)
    {
        var sideA = new SideOptions
        {
            AuthVerifier = async (context, cancellationToken) =>
            {
                ReadResult read = await context.Transport.Input.ReadAtLeastAsync(2, cancellationToken);
                context.Transport.Input.AdvanceTo(read.Buffer.GetPosition(2));
                return AuthResult.Accept();
            },
            Transformer = times == 1 ? null : Transformers.FromChunks(() => new Repeater(times)),
        };
        await using RelayedPair pair = await RelayedPair.StartAsync(
            Mode.ServerToServer, a: sideA, greet: (side, peer) => side == Side.A ? peer.WriteAsync("go" + new string('x', 500)) : Task.CompletedTask);

        await TalkAsync(pair, fromA: 500, atB: times * 1_000, fromB: 10, atA: 10);

        AssertCounts(pair, fromA: 1_000, atB: times * 1_000, fromB: 10, atA: 10);
    }

    private static async Task TalkAsync(RelayedPair pair, int fromA, int atB, int fromB, int atA)
    {
        await pair.A.WriteAsync(new byte[fromA]);
        await pair.B.WriteAsync(new byte[fromB]);
        pair.A.EndHalf();
        pair.B.EndHalf();
        Assert.Equal(atB, (await pair.B.ReadToEndAsync()).Length);
        Assert.Equal(atA, (await pair.A.ReadToEndAsync()).Length);
        await pair.Connection.Completion.InTimeAsync();
    }

    private static void AssertCounts(RelayedPair pair, long fromA, long atB, long fromB, long atA)
    {
        Connection connection = pair.Connection;
        ConnectorStats stats = pair.Connector.GetStats();
        Assert.Equal((atB, atA), (connection.BytesAToB, connection.BytesBToA));
        Assert.Equal((atB, atA), (stats.BytesAToB, stats.BytesBToA));
        Assert.Equal((fromA, atA), (connection.PeerA.BytesReceived, connection.PeerA.BytesSent));
        Assert.Equal((fromB, atB), (connection.PeerB.BytesReceived, connection.PeerB.BytesSent));
    }

    private sealed class Repeater(int times) : ChunkTransformer
    {
        public override void Transform(ReadOnlySpan<byte> chunk, IBufferWriter<byte> output)
        {
            for (int i = 0; i < times; i++)
            {
                output.Write(chunk);
            }
        }
    }
}
