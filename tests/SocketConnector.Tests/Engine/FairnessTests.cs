using SocketConnector.TestKit;

namespace SocketConnector.Tests.Engine;

/// <summary>Keeps every processor busy, so it runs alone.</summary>
[Collection(Alone.Name)]
public sealed class FairnessTests
{
    private const int RoundTrips = 50;

    // Two for each loop, so that wherever the small one is, it has two beside it.
    private static readonly int _largeFlows = 2 * Math.Min(8, Environment.ProcessorCount);

    [Fact]
    public async Task Small_messages_get_through_beside_large_flows_that_never_pause()
    {
        using var target = new TestServer();
        await using Connector connector = await Connector.ServerToSocketAsync(
            RelayedPair.Listen(new SideOptions()), new ConnectOptions(target.EndPoint), Patient.Options, TestContext.Current.CancellationToken);
        using var enough = new CancellationTokenSource();
        var flows = new List<Task<long>>();
        for (int i = 0; i < _largeFlows; i++)
        {
            TestPeer sender = await TestPeer.ConnectAsync(connector.EndPointA!), receiver = await target.AcceptAsync();
            flows.Add(Task.Run(() => SendAsync(sender, enough.Token), TestContext.Current.CancellationToken));
            flows.Add(Task.Run(() => ReceiveAsync(receiver), TestContext.Current.CancellationToken));
        }

        using TestPeer asking = await TestPeer.ConnectAsync(connector.EndPointA!), answering = await target.AcceptAsync();
        for (int i = 0; i < RoundTrips; i++)
        {
            await asking.WriteAsync("question");
            Assert.Equal("question", await answering.ReadTextAsync(8));
            await answering.WriteAsync("answer");
            Assert.Equal("answer", await asking.ReadTextAsync(6));
        }

        Assert.All(flows, flow => Assert.False(flow.IsCompleted, "a large flow has ended too early"));
        await enough.CancelAsync();
        long[] moved = await Task.WhenAll(flows).InTimeAsync();
        Assert.All(moved.Chunk(2), flow => Assert.True(flow[0] == flow[1] && flow[0] > 0, $"{flow[0]} bytes were sent and {flow[1]} received"));
    }

    private static async Task<long> SendAsync(TestPeer peer, CancellationToken enough)
    {
        using (peer)
        {
            byte[] chunk = RandomBytes.Of(seed: 3, 256 * 1024);
            long sent = 0;
            do
            {
                // At least once: on a busy machine this may begin when the messages are through.
                await peer.WriteAsync(chunk);
                sent += chunk.Length;
            }
            while (!enough.IsCancellationRequested);
            peer.EndHalf();
            await peer.ReadToEndAsync();
            return sent;
        }
    }

    private static async Task<long> ReceiveAsync(TestPeer peer)
    {
        using (peer)
        {
            return (await peer.HashToEndAsync(chunk: 256 * 1024)).Count;
        }
    }
}
