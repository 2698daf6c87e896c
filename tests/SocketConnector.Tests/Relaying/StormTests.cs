using System.Diagnostics;
using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

/// <summary>Loads the whole machine and counts what is left in this process, so it runs alone.</summary>
[Collection(Alone.Name)]
public sealed class StormTests(ITestOutputHelper output)
{
    private const int Connections = 1_000;
    private const int AtOnce = 100;
    private const int EachInTurn = Connections / AtOnce;
    private static readonly TimeSpan _length = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _atMost = 2 * _length;
    private static readonly byte[] _payload = RandomBytes.Of(seed: 47, 100_000);

    [Theory]
    [InlineData(Mode.ServerToServer)]
    [InlineData(Mode.ServerToSocket)]
    public Task B47_A_storm_of_connections_that_are_reset_at_random_leaves_nothing_behind(Mode mode) => Seeded.RunAsync(async seed =>
    {
        using var unobserved = new UnobservedExceptions();
        int socketsBefore = Descriptors.Sockets();
        using (var target = new TestServer(backlog: 4096))
        {
            await using Connector connector = await StartAsync(mode, target);
            int sockets = Descriptors.Sockets();
            using var over = new CancellationTokenSource(_atMost);
            using var calm = new CancellationTokenSource();
            Task farSide = mode == Mode.ServerToServer
                ? ConnectAllAsync(connector.EndPointB!, seed + 1, over.Token)
                : AcceptAllAsync(target, seed + 1, over.Token, calm.Token);
            await ConnectAllAsync(connector.EndPointA!, seed, over.Token);

            if (mode == Mode.ServerToServer)
            {
                await farSide.InTimeAsync();
            }

            // Who half-closes or closes behind some bytes may wait for a partner for ever, and in a rendezvous the last ones do.
            // A target goes on accepting till then: one that is still being dialled for a client that has gone would wait for it.
            await Eventually.TrueAsync(
                () => connector.GetConnections().Count == 0
                    && (mode == Mode.ServerToServer || connector.GetPending(Side.A).Count == 0)
                    && Descriptors.Sockets() <= sockets + connector.GetPending(Side.A).Count + connector.GetPending(Side.B).Count,
                explain: () => $"{Descriptors.Sockets()} sockets instead of {sockets}, {connector.GetConnections().Count} connections, {connector.GetPending(Side.A).Count} and {connector.GetPending(Side.B).Count} pending");
            await calm.CancelAsync();
            await farSide.InTimeAsync();
            ConnectorStats stats = connector.GetStats();
            string closed = string.Join(", ", stats.Closed.Select(count => $"{count.Count} {count.Reason} {count.Side}"));
            output.WriteLine($"seed {seed}: {stats.SocketPairs} pairs; {closed}");
            Assert.True(stats.SocketPairs > Connections / 10, $"hardly a storm: {closed}");
        }

        await Eventually.TrueAsync(() => Descriptors.Sockets() <= socketsBefore, explain: () => $"{Descriptors.Sockets()} sockets instead of {socketsBefore}");
        unobserved.ThrowIfAny();
    });

    private static Task<Connector> StartAsync(Mode mode, TestServer target) => mode == Mode.ServerToServer
        ? Connector.ServerToServerAsync(RelayedPair.Listen(new SideOptions()), RelayedPair.Listen(new SideOptions()), Patient.Options)
        : Connector.ServerToSocketAsync(RelayedPair.Listen(new SideOptions()), RelayedPair.Connect(new SideOptions(), target), Patient.Options);

    private static async Task ConnectAllAsync(System.Net.EndPoint endPoint, int seed, CancellationToken over)
    {
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(i => Task.Run(
            async () =>
            {
                var random = new Random(seed + (1_000 * i));
                for (int turn = 0; turn < EachInTurn && !over.IsCancellationRequested; turn++)
                {
                    // At random within each tenth of the time, so that the storm goes on for all of it.
                    TimeSpan due = (turn + random.NextDouble()) * _length / EachInTurn;
                    TimeSpan wait = due - Stopwatch.GetElapsedTime(start);
                    await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, CancellationToken.None);
                    await SufferAsync(async () => await LiveAsync(await TestPeer.ConnectAsync(endPoint), random, over));
                }
            },
            CancellationToken.None))).InTimeAsync(2 * _atMost);
    }

    private static async Task AcceptAllAsync(TestServer target, int seed, CancellationToken over, CancellationToken calm)
    {
        var lives = new List<Task>();
        while (!calm.IsCancellationRequested)
        {
            if (target.HasWaiting)
            {
                TestPeer peer = await target.AcceptAsync();
                var random = new Random(seed + lives.Count);
                lives.Add(SufferAsync(() => LiveAsync(peer, random, over)));
            }
            else
            {
                await Task.Delay(1, CancellationToken.None);
            }
        }

        await Task.WhenAll(lives);
    }

    /// <summary>A short life of writing, reading and waiting, and an end of one kind or another.</summary>
    private static async Task LiveAsync(TestPeer peer, Random random, CancellationToken over)
    {
        using (peer)
        {
            long start = Stopwatch.GetTimestamp();
            for (int acts = random.Next(10); acts > 0 && Stopwatch.GetElapsedTime(start) < TimeSpan.FromMilliseconds(500); acts--)
            {
                await ActAsync(peer, random, over);
            }

            if (random.Next(2) == 0)
            {
                peer.Reset();
            }
        }
    }

    private static async Task ActAsync(TestPeer peer, Random random, CancellationToken over)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(over);
        enough.CancelAfter(TimeSpan.FromMilliseconds(50));
        switch (random.Next(4))
        {
            case 0:
                await peer.Socket.SendAsync(_payload.AsMemory(0, random.Next(1, _payload.Length)), enough.Token);
                break;
            case 1:
                await peer.Socket.ReceiveAsync(new byte[random.Next(1, 4096)], enough.Token);
                break;
            case 2:
                peer.EndHalf();
                break;
            default:
                await Task.Delay(random.Next(20), enough.Token);
                break;
        }
    }

    /// <summary>In a storm, everybody gets errors; only what the connector makes of them matters.</summary>
    private static async Task SufferAsync(Func<Task> life)
    {
        try
        {
            await life();
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            await Task.Yield();
        }
    }
}
