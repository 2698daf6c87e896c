using SocketConnector.TestKit;

namespace SocketConnector.Tests.Measured;

[Collection(Alone.Name)]
public sealed class NothingLeftBehindTests(ITestOutputHelper output)
{
    private const int WarmUp = 1_000;
    private const int Connections = 10_000;
    private const int Clients = 16;

    // Sixteen buffers of 64 KiB: the buffer pool keeps one for each thread that used any, and the thread pool breathes. A
    // connection that stayed behind would cost 20 MiB.
    private const long HeapTolerance = 1024 * 1024;

    [Fact]
    public async Task Ten_thousand_connections_leave_descriptors_and_managed_heap_where_they_were()
    {
        using var target = new TestServer(backlog: 4096);
        Task answering = AnswerAsync(target, WarmUp + Connections);
        await using RelayProcess relay = await RelayProcess.StartAsync(target);
        await OpenSendCloseAsync(relay, WarmUp);
        ProcessFigures before = await relay.SettledAsync();

        await OpenSendCloseAsync(relay, Connections);
        await answering.InTimeAsync();
        ProcessFigures after = await relay.SettledAsync();

        string figures = $"after {Connections} connections: {before.Descriptors} to {after.Descriptors} descriptors other than files, "
            + $"{before.ManagedHeap} to {after.ManagedHeap} bytes on the managed heap";
        output.WriteLine(figures);
        Assert.True(after.Descriptors == before.Descriptors, figures);
        Assert.True(after.ManagedHeap - before.ManagedHeap < HeapTolerance, figures);
    }

    private static async Task OpenSendCloseAsync(RelayProcess relay, int connections)
    {
        int left = connections;
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                using TestPeer client = await TestPeer.ConnectAsync(relay.EndPoint);
                await client.WriteAsync("hello");
                Assert.Equal("hello", await client.ReadTextAsync(5));
            }
        }))).InTimeAsync(TimeSpan.FromMinutes(2));
        await relay.HasConnectionsAsync(0);
    }

    private static async Task AnswerAsync(TestServer target, int connections)
    {
        for (int i = 0; i < connections; i++)
        {
            _ = EchoAsync(await target.AcceptAsync());
        }
    }

    private static async Task EchoAsync(TestPeer peer)
    {
        using (peer)
        {
            await peer.WriteAsync(await peer.ReadAsync(5));
            await peer.ReadToEndAsync();
        }
    }
}
