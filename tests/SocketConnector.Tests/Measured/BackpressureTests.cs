using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Measured;

[Collection(Alone.Name)]
public sealed class BackpressureTests(ITestOutputHelper output)
{
    private const long Offered = 32 * 1024 * 1024;
    private const long MaxGrowth = 1024 * 1024;
    private const int Times = 3;
    private static readonly TimeSpan _within = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task B41_A_stopped_reader_stops_the_writer_and_memory_does_not_grow_and_then_everything_arrives(bool transformed)
    {
        using var target = new TestServer(configure: Modest);
        await using RelayProcess relay = await RelayProcess.StartAsync(target, transformed);

        // The first time fills pools and compiles code. It is the same, so it must arrive whole too.
        await OfferAsync(relay, target, () => Task.CompletedTask);

        // What the relay held for a writer that is stuck, it would hold each time; what the runtime once takes for itself, some
        // megabytes at a moment of its own choosing, it takes once.
        var figures = new List<string>();
        bool hasGrown = true;
        while (hasGrown && figures.Count < Times)
        {
            ProcessFigures before = await relay.SettledAsync(), after = default;
            long sent = await OfferAsync(relay, target, async () => after = await relay.SettledAsync());
            hasGrown = after.ManagedHeap - before.ManagedHeap >= MaxGrowth || after.Resident - before.Resident >= MaxGrowth;
            figures.Add($"with {sent} of {Offered} bytes taken, managed heap {before.ManagedHeap} to {after.ManagedHeap}, resident {before.Resident} to {after.Resident}");
            output.WriteLine(figures[^1]);
        }

        Assert.False(hasGrown, string.Join("; ", figures));
    }

    /// <summary>Offers it all, looks when the writer is stuck, then reads it all.</summary>
    /// <returns>What the writer got rid of before it was stuck.</returns>
    private static async Task<long> OfferAsync(RelayProcess relay, TestServer target, Func<Task> whenStuck)
    {
        using TestPeer writer = await TestPeer.ConnectAsync(relay.EndPoint, Modest);
        using TestPeer reader = await target.AcceptAsync();
        var pouring = Pouring.Start(writer, Offered);
        await pouring.StuckAsync();
        long sent = pouring.Sent;
        await whenStuck();
        Assert.True(pouring.Sent < Offered && !pouring.Sha256.IsCompleted, $"the writer was not blocked: {pouring.Sent} of {Offered} bytes were taken");

        (long count, string sha256) = await reader.HashToEndAsync(within: _within);
        Assert.Equal((Offered, await pouring.Sha256.InTimeAsync()), (count, sha256));
        return sent;
    }

    /// <summary>The system would let the buffers of four sockets grow until they hold nearly all that is offered.</summary>
    private static void Modest(Socket socket) => (socket.SendBufferSize, socket.ReceiveBufferSize) = (256 * 1024, 256 * 1024);
}
