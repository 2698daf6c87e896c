using System.Diagnostics;
using SocketConnector.TestKit;
using SocketConnector.Tests.Measured;

namespace SocketConnector.Tests.Engine;

/// <summary>A relay that has so few descriptors left that it opens no pipe.</summary>
[Collection(Alone.Name)]
public sealed class ScarceDescriptorsTests(ITestOutputHelper output)
{
    private const int Descriptors = 256;
    private const int Clients = Descriptors;
    private const int Bytes = 32 * 1024 * 1024;
    private static readonly TimeSpan _quiet = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Bytes_flow_whole_where_there_is_no_pipe_to_be_had()
    {
        using var target = new TestServer(backlog: Clients);
        await using RelayProcess relay = await RelayProcess.StartAsync(target, descriptors: Descriptors);
        using TestPeer first = await TestPeer.ConnectAsync(relay.EndPoint), firstFar = await target.AcceptAsync();
        int pipes = await relay.PipesAsync();
        bool hasPipes = TestEngine.Plain == RelayEngine.Linux;
        if (hasPipes)
        {
            output.WriteLine($"{await relay.HoardAsync()} descriptors taken");
        }

        var there = Pouring.Start(first, Bytes, seed: 1);
        var back = Pouring.Start(firstFar, Bytes, seed: 2);
        Task<(long Count, string Sha256)> atFar = firstFar.HashToEndAsync(), atFirst = first.HashToEndAsync();
        Assert.Equal((Bytes, await there.Sha256.InTimeAsync()), await atFar);
        Assert.Equal((Bytes, await back.Sha256.InTimeAsync()), await atFirst);

        // A pipe that a flow had would still be kept for a second.
        Assert.Equal(hasPipes, await relay.ReleaseAsync() > 0);
        Assert.Equal(pipes, await relay.PipesAsync());
    }

    [Fact]
    public async Task B77_Clients_that_there_are_no_descriptors_for_wait()
    {
        using var target = new TestServer(backlog: Clients);
        await using RelayProcess relay = await RelayProcess.StartAsync(target, descriptors: Descriptors);
        var clients = new List<TestPeer>();
        while (clients.Count < Clients)
        {
            clients.Add(await TestPeer.ConnectAsync(relay.EndPoint));
        }

        int joined = await SettledAsync(relay);
        output.WriteLine($"{joined} of {Clients} clients joined");
        clients.ForEach(client => client.Dispose());
        Assert.InRange(joined, 1, Clients - 1);
    }

    [Fact]
    public async Task B77_A_program_that_takes_every_descriptor_holds_clients_up_and_ends_nothing()
    {
        using var target = new TestServer(backlog: Clients);
        await using RelayProcess relay = await RelayProcess.StartAsync(target, descriptors: Descriptors);
        using TestPeer first = await TestPeer.ConnectAsync(relay.EndPoint), firstFar = await target.AcceptAsync();
        for (int round = 0; round < 3; round++)
        {
            output.WriteLine($"{await relay.HoardAsync()} descriptors taken");
            var late = new List<TestPeer>();
            for (int i = 0; i < 5; i++)
            {
                late.Add(await TestPeer.ConnectAsync(relay.EndPoint));
                await late[^1].WriteAsync("x");
            }

            // Those that are joined go on meanwhile.
            await first.WriteAsync("still here");
            Assert.Equal("still here", await firstFar.ReadTextAsync(10));
            await Task.Delay(_quiet, TestContext.Current.CancellationToken);
            Assert.False(target.HasWaiting, "it has dialled, with no descriptor left");

            Assert.True(await relay.ReleaseAsync() > 0);
            for (int i = 0; i < late.Count; i++)
            {
                using TestPeer far = await target.AcceptAsync();
                Assert.Equal("x", await far.ReadTextAsync(1));
            }

            late.ForEach(client => client.Dispose());
            await relay.HasConnectionsAsync(1);
        }
    }

    [Fact]
    public async Task B77_A_process_that_cannot_read_proc_accepts_joins_and_takes_sockets_over()
    {
        Assert.SkipUnless(await CanUnshareAsync(), "this system lets nobody mount in a namespace of its own");
        using var target = new TestServer(backlog: Clients);
        await using RelayProcess relay = await RelayProcess.StartAsync(target, ownMounts: true);
        await relay.HideProcAsync();
        for (int i = 0; i < 20; i++)
        {
            using TestPeer client = await TestPeer.ConnectAsync(relay.EndPoint), far = await target.AcceptAsync();
            await client.WriteAsync("without proc");
            Assert.Equal("without proc", await far.ReadTextAsync(12));
        }

        await relay.HasConnectionsAsync(0);
        await relay.AddUsedSocketAsync();
    }

    private static async Task<bool> CanUnshareAsync()
    {
        using Process trial = Process.Start("unshare", ["--map-root-user", "--mount", "true"]);
        await trial.WaitForExitAsync().InTimeAsync();
        return trial.ExitCode == 0;
    }

    /// <summary>Waits until no more clients are joined.</summary>
    private static async Task<int> SettledAsync(RelayProcess relay)
    {
        (int joined, long since) = (await relay.ConnectionsAsync(), Stopwatch.GetTimestamp());
        while (Stopwatch.GetElapsedTime(since) < _quiet)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
            if (await relay.ConnectionsAsync() is var now && now != joined)
            {
                (joined, since) = (now, Stopwatch.GetTimestamp());
            }
        }

        return joined;
    }
}
