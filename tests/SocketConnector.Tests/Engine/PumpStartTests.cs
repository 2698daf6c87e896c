using SocketConnector.Engine;
using SocketConnector.Loops;
using SocketConnector.Pumping;
using SocketConnector.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Engine;

public sealed class PumpStartTests
{
    private const int Rounds = 1000;

    [Fact]
    public async Task An_abort_that_meets_the_start_ends_each_direction_once()
    {
        EventLoop loop = LoopFixture.Loop;
        using SocketPair pairA = await SocketPair.CreateAsync(), pairB = await SocketPair.CreateAsync();
        for (int round = 0; round < Rounds; round++)
        {
            PeerStream a = PeerOf(pairA, Side.A, loop), b = PeerOf(pairB, Side.B, loop);
            var ends = new CountedEnds();
            await StartAsync(a, b, ends, loop, meanwhile: pump => pump.Abort());

            await Eventually.TrueAsync(() => ends.A + ends.B >= 2, explain: () => $"round {round}: A ended {ends.A} times, B {ends.B} times");
            await LoopTurnAsync(loop);
            Assert.Equal((1, 1), (ends.A, ends.B));
            a.Stream.Close();
            b.Stream.Close();
        }
    }

    [Fact]
    public async Task B84_An_end_that_meets_the_start_delivers_early_bytes_and_ends_each_direction_once()
    {
        EventLoop loop = LoopFixture.Loop;
        for (int round = 0; round < Rounds / 5; round++)
        {
            using SocketPair pairA = await SocketPair.CreateAsync(), pairB = await SocketPair.CreateAsync();
            PeerStream a = PeerOf(pairA, Side.A, loop), b = PeerOf(pairB, Side.B, loop);
            var ends = new CountedEnds();
            await StartAsync(
                a,
                b,
                ends,
                loop,
                meanwhile: pump =>
                {
                    pump.EndReading();
                    pump.EndReading();
                });

            Assert.Equal(100, (await pairA.Far.ReadToEndAsync()).Length);
            Assert.Equal(100, (await pairB.Far.ReadToEndAsync()).Length);
            await LoopTurnAsync(loop);
            Assert.Equal((1, 1), (ends.A, ends.B));
            a.Stream.Close();
            b.Stream.Close();
        }
    }

    /// <summary>Starts a pump on one thread, and does the other thing at the same moment on another.</summary>
    private static async Task StartAsync(PeerStream a, PeerStream b, IFlowEnds ends, EventLoop loop, Action<LinuxPump> meanwhile)
    {
        var pump = new LinuxPump(loop);
        Flow aToB = FlowOf(a, b, ends), bToA = FlowOf(b, a, ends);
        using var both = new Barrier(2);
        Task starting = Task.Run(
            () =>
            {
                both.SignalAndWait();
                pump.Start(aToB, bToA);
            },
            TestContext.Current.CancellationToken);
        both.SignalAndWait(TestContext.Current.CancellationToken);
        meanwhile(pump);
        await starting.InTimeAsync();
    }

    private static PeerStream PeerOf(SocketPair pair, Side side, EventLoop loop)
    {
        var peer = new PeerStream(side, LoopFixture.Duplicate(pair.Near.Socket, loop), null, DateTimeOffset.UnixEpoch);
        peer.Unread(new byte[100]);
        return peer;
    }

    private static Flow FlowOf(PeerStream source, PeerStream destination, IFlowEnds ends) =>
        new(source, destination, new FlowCounter(TimeProvider.System), ends, null, TimeProvider.System);

    /// <summary>Finishes when the loop has done everything that was posted before.</summary>
    private static Task LoopTurnAsync(EventLoop loop)
    {
        var done = new Done();
        loop.Post(done);
        return done.Task.InTimeAsync();
    }

    private sealed class Done : TaskCompletionSource, ILoopWork
    {
        public Done()
            : base(TaskCreationOptions.RunContinuationsAsynchronously)
        {
        }

        public void Run() => SetResult();
    }

    private sealed class CountedEnds : IFlowEnds
    {
        private int _a;
        private int _b;

        public int A => Volatile.Read(ref _a);

        public int B => Volatile.Read(ref _b);

        public bool SourceEnded(Side source) => false;

        public void Lingers()
        {
        }

        public void Failing(Side source, PumpResult result)
        {
        }

        public void Ended(Side source, PumpResult result) => Interlocked.Increment(ref source == Side.A ? ref _a : ref _b);
    }
}
