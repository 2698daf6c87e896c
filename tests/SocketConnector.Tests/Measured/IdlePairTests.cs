using SocketConnector.TestKit;

namespace SocketConnector.Tests.Measured;

[Collection(Alone.Name)]
public sealed class IdlePairTests(ITestOutputHelper output)
{
    private const int WarmUpPairs = 1_000;
    private const int Pairs = 2_000;
    private const int MaxBytes = 6 * 1024;

    [Fact]
    public async Task An_idle_pair_costs_under_6_KiB_of_managed_and_native_memory()
    {
        using var target = new TestServer(backlog: 4096);
        await using RelayProcess relay = await RelayProcess.StartAsync(target);

        // The first thousand pay for what the runtime sets up once: code, threads, tables.
        List<TestPeer> warmUp = await ConnectAsync(relay, target, WarmUpPairs);
        await relay.HasConnectionsAsync(WarmUpPairs);
        ProcessFigures before = await relay.SettledAsync();

        List<TestPeer> peers = await ConnectAsync(relay, target, Pairs);
        await relay.HasConnectionsAsync(WarmUpPairs + Pairs);
        ProcessFigures after = await relay.SettledAsync();
        warmUp.Concat(peers).ToList().ForEach(peer => peer.Dispose());

        long managed = (after.ManagedHeap - before.ManagedHeap) / Pairs;
        long resident = (after.Resident - before.Resident) / Pairs;
        string figures = $"per idle pair of {Pairs}: {managed} bytes on the managed heap, {resident} bytes resident "
            + $"(heap {before.ManagedHeap} to {after.ManagedHeap}, resident {before.Resident} to {after.Resident})";
        output.WriteLine(figures);
        Assert.True(managed > 0, $"2 000 pairs cannot cost nothing: {figures}");
        Assert.True(Math.Max(managed, resident) < MaxBytes, figures);
    }

    private static async Task<List<TestPeer>> ConnectAsync(RelayProcess relay, TestServer target, int pairs)
    {
        var peers = new List<TestPeer>(2 * pairs);
        for (int i = 0; i < pairs; i++)
        {
            peers.Add(await TestPeer.ConnectAsync(relay.EndPoint));
            peers.Add(await target.AcceptAsync());

            // A byte each way, because a pair that was never used would hide what use leaves behind.
            await peers[^2].WriteAsync("?");
            Assert.Equal("?", await peers[^1].ReadTextAsync(1));
            await peers[^1].WriteAsync("!");
            Assert.Equal("!", await peers[^2].ReadTextAsync(1));
        }

        return peers;
    }
}
