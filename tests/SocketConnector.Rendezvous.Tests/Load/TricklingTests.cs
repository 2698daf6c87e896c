using SocketConnector.Rendezvous.Tests.Relay;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Tests.Load;

[Collection(Alone.Name)]
public sealed class TricklingTests(ITestOutputHelper output)
{
    private const int Ends = 200;

    // A pooled buffer is 8 KiB.
    private const int MaxBytes = 2048;

    [Fact]
    public async Task Ends_that_stop_in_the_middle_of_a_frame_hold_no_buffers()
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync();
        RawEnd[] ends = await Task.WhenAll(Enumerable.Range(0, Ends).Select(_ => RawEnd.WaitAsync(rendezvous.EndPoint, rendezvous.Secret.NameOf(EndToEndMode.None), EndRole.Listen)));
        try
        {
            // One more than a frame: the answer shows that the relay has read it.
            byte[] more = [.. RawEnd.Bytes(new PingFrame()), 0];
            long before = GC.GetTotalMemory(forceFullCollection: true);
            foreach (RawEnd end in ends)
            {
                await end.Peer.WriteAsync(more);
                await end.ExpectAsync<PongFrame>();
            }

            long each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Ends;
            output.WriteLine($"{each} bytes for each end");
            Assert.InRange(each, int.MinValue, MaxBytes);

            // And the frame goes on where it had stopped.
            await ends[0].Peer.WriteAsync(RawEnd.Bytes(new PingFrame()).AsMemory(1));
            await ends[0].ExpectAsync<PongFrame>();
        }
        finally
        {
            Array.ForEach(ends, static end => end.Dispose());
        }
    }
}
