using System.Net.Sockets;
using SocketConnector.Engine;
using SocketConnector.Loops;
using SocketConnector.Pumping;
using SocketConnector.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Engine;

/// <summary>
/// How long a message waits on a loop that has large flows to move as well: in bytes of theirs, which no other load on the machine
/// changes, and not in time. Keeps every processor busy, so it runs alone.
/// </summary>
[Collection(Alone.Name)]
public sealed class MessageAmongFlowsTests(ITestOutputHelper output)
{
    private const int Messages = 400;

    [Fact]
    public async Task B81_A_message_waits_for_as_few_bytes_of_128_large_flows_as_of_8()
    {
        long few = await WaitedAsync(flows: 8);
        long many = await WaitedAsync(flows: 128);

        Assert.True(many <= 2 * Math.Max(few, EventLoop.Budget), $"99 of 100 messages waited for up to {many} bytes of 128 flows, and for up to {few} of 8");
    }

    /// <summary>The bytes of others that the loop moved while a message waited: the 99th percentile.</summary>
    private async Task<long> WaitedAsync(int flows)
    {
        EventLoop loop = LoopFixture.Loop;
        var counters = new FlowCounter[flows];
        var ended = new EndedPumps();
        using var enough = new CancellationTokenSource();
        var running = new List<Task>();
        var pumps = new List<LinuxPump>();
        for (int i = 0; i < flows; i++)
        {
            SocketPair sending = await SocketPair.CreateAsync(), receiving = await SocketPair.CreateAsync();
            counters[i] = new FlowCounter(TimeProvider.System);
            pumps.Add(Start(sending, receiving, counters[i], ended));
            running.Add(Task.Run(() => SendAsync(sending, enough.Token), CancellationToken.None));
            running.Add(Task.Run(() => ReceiveAsync(receiving), CancellationToken.None));
        }

        long Moved() => counters.Sum(static counter => counter.Delivered);
        using SocketPair asking = await SocketPair.CreateAsync(), answering = await SocketPair.CreateAsync();
        var seen = new SeenAt(Moved);
        pumps.Add(Start(asking, answering, new FlowCounter(seen), ended));
        await Eventually.TrueAsync(() => counters.All(static counter => counter.Delivered > 4 * EventLoop.Budget), explain: () => $"{Moved()} bytes of {flows} flows moved");

        long[] waited = new long[Messages];
        for (int i = 0; i < Messages; i++)
        {
            long before = Moved();
            asking.Far.Socket.Send("?"u8);
            await answering.Far.ReadAsync(1);
            waited[i] = seen.Value - before;
        }

        await enough.CancelAsync();
        pumps.ForEach(static pump => pump.Abort());
        await Eventually.TrueAsync(() => ended.Count == 2 * pumps.Count, explain: () => $"{ended.Count} directions of {pumps.Count} pumps have ended");
        ended.CloseAll();
        await Task.WhenAll(running).InTimeAsync();
        Array.Sort(waited);
        output.WriteLine($"{flows} flows: a message waited for {waited[Messages / 2]} bytes in the middle, {waited[Messages * 99 / 100]} at the 99th percentile, {waited[^1]} at most");
        return waited[Messages * 99 / 100];
    }

    /// <summary>Relays from one pair to the other, and owns what it relays until all is over.</summary>
    private static LinuxPump Start(SocketPair from, SocketPair to, FlowCounter counter, EndedPumps ended)
    {
        EventLoop loop = LoopFixture.Loop;
        var a = new PeerStream(Side.A, LoopFixture.Duplicate(from.Near.Socket, loop), null, DateTimeOffset.UnixEpoch);
        var b = new PeerStream(Side.B, LoopFixture.Duplicate(to.Near.Socket, loop), null, DateTimeOffset.UnixEpoch);
        from.Near.Dispose();
        to.Near.Dispose();
        ended.Own(a, b);
        var pump = new LinuxPump(loop);
        pump.Start(
            new Flow(a, b, counter, ended, null, TimeProvider.System),
            new Flow(b, a, new FlowCounter(TimeProvider.System), ended, null, TimeProvider.System));
        return pump;
    }

    private static async Task SendAsync(SocketPair pair, CancellationToken enough)
    {
        using (pair)
        {
            byte[] chunk = RandomBytes.Of(seed: 81, 256 * 1024);
            try
            {
                while (!enough.IsCancellationRequested)
                {
                    await pair.Far.Socket.SendAsync(chunk.AsMemory(), enough);
                }
            }
            catch (OperationCanceledException)
            {
                // Enough was sent.
            }
        }
    }

    private static async Task ReceiveAsync(SocketPair pair)
    {
        using (pair)
        {
            byte[] dropped = new byte[256 * 1024];
            try
            {
                while (await pair.Far.Socket.ReceiveAsync(dropped.AsMemory()) > 0)
                {
                    // Only that it is taken matters.
                }
            }
            catch (SocketException)
            {
                // Reset at the end of the test.
            }
        }
    }

    /// <summary>A clock that notes what was moved when it is asked, which a counter does in the moment in which it counts.</summary>
    private sealed class SeenAt(Func<long> moved) : TimeProvider
    {
        private long _value;

        public long Value => Volatile.Read(ref _value);

        public override long GetTimestamp()
        {
            Volatile.Write(ref _value, moved());
            return base.GetTimestamp();
        }
    }

    private sealed class EndedPumps : IFlowEnds
    {
        private readonly List<PeerStream> _owned = [];
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public void Own(params PeerStream[] sockets) => _owned.AddRange(sockets);

        public void CloseAll() => _owned.ForEach(static socket => socket.Abort());

        public bool SourceEnded(Side source) => false;

        public void Lingers()
        {
        }

        public void Failing(Side source, PumpResult result)
        {
        }

        public void Ended(Side source, PumpResult result) => Interlocked.Increment(ref _count);
    }
}
