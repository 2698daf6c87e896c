using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Engine;

/// <summary>A connection that ends while bytes are on the way in it: held in a pipe, or in memory. Counts what the process has open, so it runs alone.</summary>
[Collection(Alone.Name)]
public sealed class HeldBytesTests(ITestOutputHelper output)
{
    private const int Offered = 16 * 1024 * 1024;

    // A pipe that is not closed costs two descriptors, a loop keeps one for the flow that it has here.
    private const int Rounds = 24;
    private static readonly int _mostPipesKept = 2 * Math.Min(8, Environment.ProcessorCount);

    public enum Ending
    {
        HalfCloseBySender,
        ResetBySender,
        ResetByReceiver,
        Abort,
    }

    [Theory]
    [InlineData(Ending.HalfCloseBySender)]
    [InlineData(Ending.ResetBySender)]
    [InlineData(Ending.ResetByReceiver)]
    [InlineData(Ending.Abort)]
    public async Task B46_Whatever_ends_a_connection_that_holds_bytes_leaves_nothing_open(Ending ending)
    {
        long held = await EndAsync(ending);
        int sockets = Descriptors.SettledSockets(), pipes = Descriptors.Pipes();
        for (int round = 1; round < Rounds; round++)
        {
            held = Math.Max(held, await EndAsync(ending));
        }

        output.WriteLine($"up to {held} bytes were held; pipes' ends: {pipes} before, {Descriptors.Pipes()} after");
        await Eventually.TrueAsync(() => Descriptors.SettledSockets() <= sockets, explain: () => $"{Descriptors.Sockets()} sockets instead of {sockets}");
        Assert.True(Descriptors.Pipes() <= pipes + _mostPipesKept, $"{Descriptors.Pipes()} ends of pipes after {pipes}");
    }

    /// <returns>How many bytes were held when the end came.</returns>
    private static async Task<long> EndAsync(Ending ending)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Patient.Options, configure: socket => socket.ReceiveBufferSize = 64 * 1024);
        var pouring = Pouring.Start(pair.A, Offered);
        long held = await HeldAsync(pair.Connection);
        switch (ending)
        {
            case Ending.HalfCloseBySender:
                (long Count, string Sha256) whole = await pair.B.HashToEndAsync();
                Assert.Equal((Offered, await pouring.Sha256.InTimeAsync()), whole);
                break;
            case Ending.ResetBySender:
                pair.A.Reset();
                Assert.Equal(SocketError.ConnectionReset, (await pair.B.ReadToWhateverEndAsync()).Error);
                break;
            case Ending.ResetByReceiver:
                pair.B.Reset();
                break;
            default:
                pair.Connection.Abort();
                Assert.Equal(SocketError.ConnectionReset, (await pair.B.ReadToWhateverEndAsync()).Error);
                break;
        }

        await ((Task)pouring.Sha256).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return held;
    }

    /// <summary>What was taken from one side and not given to the other, once nothing moves any more.</summary>
    private static async Task<long> HeldAsync(Connection connection)
    {
        (long Received, long Delivered) last = default;
        await Eventually.TrueAsync(() =>
        {
            (long Received, long Delivered) now = (connection.PeerA.BytesReceived, connection.BytesAToB);
            bool isStill = now == last && now.Received > now.Delivered;
            last = now;
            return isStill;
        });
        return last.Received - last.Delivered;
    }
}
