using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Measured;

/// <summary>The relay runs in a process of its own, so that whatever the peers allocate is not counted.</summary>
[Collection(Alone.Name)]
public sealed class AllocationTests(ITestOutputHelper output)
{
    private const int Rounds = 4;
    private const int RoundTrips = 20_000;
    private const int Message = 64;
    private const long Bulk = 256 * 1024 * 1024;
    private const int Chunk = 64 * 1024;

    [Fact]
    public async Task Round_trips_allocate_nothing_per_chunk()
    {
        using var target = new TestServer();
        await using RelayProcess relay = await RelayProcess.StartAsync(target);
        using TestPeer client = await TestPeer.ConnectAsync(relay.EndPoint);
        using TestPeer server = await target.AcceptAsync();

        await MeasureAsync(relay, 2 * RoundTrips, () => PingPongAsync(client.Socket, server.Socket, RoundTrips));
    }

    [Fact]
    public async Task Bulk_allocates_nothing_per_chunk()
    {
        using var target = new TestServer();
        await using RelayProcess relay = await RelayProcess.StartAsync(target);
        using TestPeer client = await TestPeer.ConnectAsync(relay.EndPoint);
        using TestPeer server = await target.AcceptAsync();

        await MeasureAsync(relay, (int)(Bulk / Chunk), () => MoveAsync(client.Socket, server.Socket, Bulk));
    }

    /// <summary>
    /// The least of some rounds: the buffer pool keeps one buffer for each thread that ever returned one, and grows when the
    /// thread pool does. What a chunk costs is paid in every round.
    /// </summary>
    private async Task MeasureAsync(RelayProcess relay, int chunks, Func<Task> round)
    {
        await round();
        var allocated = new List<long>();
        for (int i = 0; i < Rounds; i++)
        {
            long before = await relay.AllocatedAsync();
            await round();
            allocated.Add(await relay.AllocatedAsync() - before);
        }

        double each = (double)allocated.Min() / chunks;
        string figures = $"{each:0.000} bytes allocated for each of {chunks} chunks (rounds: {string.Join(", ", allocated)} bytes)";
        output.WriteLine(figures);
        Assert.True(each < 1, figures);
    }

    private static Task PingPongAsync(Socket client, Socket server, int roundTrips) => Task.WhenAll(
        OnItsOwnThread(() =>
        {
            Span<byte> message = stackalloc byte[Message];
            for (int i = 0; i < roundTrips; i++)
            {
                client.Send(message);
                Receive(client, message);
            }
        }),
        OnItsOwnThread(() =>
        {
            Span<byte> message = stackalloc byte[Message];
            for (int i = 0; i < roundTrips; i++)
            {
                Receive(server, message);
                server.Send(message);
            }
        })).InTimeAsync(TimeSpan.FromMinutes(2));

    private static Task MoveAsync(Socket client, Socket server, long bytes) => Task.WhenAll(
        OnItsOwnThread(() =>
        {
            byte[] chunk = new byte[Chunk];
            for (long sent = 0; sent < bytes; sent += chunk.Length)
            {
                client.Send(chunk);
            }
        }),
        OnItsOwnThread(() =>
        {
            byte[] chunk = new byte[Chunk];
            for (long received = 0; received < bytes;)
            {
                received += server.Receive(chunk);
            }
        })).InTimeAsync(TimeSpan.FromMinutes(2));

    private static void Receive(Socket socket, Span<byte> message)
    {
        while (!message.IsEmpty)
        {
            int count = socket.Receive(message);
            Assert.NotEqual(0, count);
            message = message[count..];
        }
    }

    private static Task OnItsOwnThread(Action action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
