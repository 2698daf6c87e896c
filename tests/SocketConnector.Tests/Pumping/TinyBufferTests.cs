using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Pumping;

public sealed class TinyBufferTests
{
    private const long Bytes = 64 * 1024 * 1024;
    private const int Tiny = 4 * 1024;
    private static readonly TimeSpan _within = TimeSpan.FromMinutes(4);

    [Theory]
    [InlineData(Mode.ServerToServer)]
    [InlineData(Mode.SocketToSocket)]
    public Task B40_Random_data_both_ways_at_once_through_tiny_buffers_to_readers_that_pause_at_random(Mode mode) => Seeded.RunAsync(async seed =>
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, configure: MakeTiny);

        Task<(long Count, string Sha256)> atA = pair.A.HashToEndAsync(PausesAtRandom(seed), _within);
        Task<(long Count, string Sha256)> atB = pair.B.HashToEndAsync(PausesAtRandom(seed + 1), _within);
        var fromA = Pouring.Start(pair.A, Bytes, seed + 2);
        var fromB = Pouring.Start(pair.B, Bytes, seed + 3);

        Assert.Equal((Bytes, await fromA.Sha256.InTimeAsync(_within)), await atB.InTimeAsync(_within));
        Assert.Equal((Bytes, await fromB.Sha256.InTimeAsync(_within)), await atA.InTimeAsync(_within));
        Assert.Equal(CloseReason.Completed, (await pair.Connection.Completion.InTimeAsync()).Reason);
        Assert.Equal((Bytes, Bytes), (pair.Connection.BytesAToB, pair.Connection.BytesBToA));
    });

    private static void MakeTiny(Socket socket) => (socket.SendBufferSize, socket.ReceiveBufferSize) = (Tiny, Tiny);

    private static Func<Task> PausesAtRandom(int seed)
    {
        var random = new Random(seed);
        return () => random.Next(512) == 0 ? Task.Delay(random.Next(1, 4)) : Task.CompletedTask;
    }
}
