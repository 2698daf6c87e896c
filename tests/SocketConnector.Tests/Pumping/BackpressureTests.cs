using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Pumping;

/// <summary>Measures this process, peers included, so it runs alone and the peers reuse one small buffer each.</summary>
[Collection(Alone.Name)]
public sealed class BackpressureTests(ITestOutputHelper output)
{
    private const long Offered = 32 * 1024 * 1024;
    private const long MostGrowth = 1024 * 1024;
    private static readonly TimeSpan _within = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task B41_A_stopped_reader_stops_the_writer_and_memory_does_not_grow_and_then_everything_arrives(bool transformed)
    {
        var side = new SideOptions { Transformer = transformed ? (source, destination, token) => source.CopyToAsync(destination, token) : null };
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, a: side, configure: Modest);
        await WarmUpAsync(side);
        ProcessFigures before = ProcessFigures.Settled();

        var pouring = Pouring.Start(pair.A, Offered);
        await pouring.StuckAsync();
        long sent = pouring.Sent;
        long held = pair.Connection.PeerA.BytesReceived - pair.Connection.BytesAToB;
        ProcessFigures after = ProcessFigures.Settled();

        string figures = $"{sent} of {Offered} bytes taken, {held} held by the relay; managed heap {before.ManagedHeap} to {after.ManagedHeap}, "
            + $"resident {before.Resident} to {after.Resident}";
        output.WriteLine(figures);
        Assert.True(sent < Offered && !pouring.Sha256.IsCompleted, $"the writer was not blocked: {figures}");
        Assert.True(held <= (transformed ? 4 : 1) * new ConnectorOptions().BufferSize, figures);
        Assert.True(after.ManagedHeap - before.ManagedHeap < MostGrowth, figures);
        Assert.True(after.Resident - before.Resident < MostGrowth, figures);

        (long count, string sha256) = await pair.B.HashToEndAsync(within: _within);
        Assert.Equal((Offered, await pouring.Sha256.InTimeAsync()), (count, sha256));
    }

    /// <summary>The same once before, so that code is compiled and pools are filled.</summary>
    private static async Task WarmUpAsync(SideOptions side)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, a: side, configure: Modest);
        var pouring = Pouring.Start(pair.A, Offered);
        await pouring.StuckAsync();
        await pair.B.HashToEndAsync(within: _within);
        await pouring.Sha256.InTimeAsync();
        ProcessFigures.Settled();
    }

    /// <summary>The system would let the buffers of four sockets grow until they hold nearly all that is offered.</summary>
    private static void Modest(Socket socket) => (socket.SendBufferSize, socket.ReceiveBufferSize) = (256 * 1024, 256 * 1024);
}
