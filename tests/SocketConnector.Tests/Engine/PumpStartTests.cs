using System.IO.Pipelines;
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
            PeerSocket a = await PeerAsync(pairA, Side.A, loop), b = await PeerAsync(pairB, Side.B, loop);
            var ends = new CountedEnds();
            var pump = new LinuxPump(loop);
            Flow aToB = FlowOf(a, b, ends), bToA = FlowOf(b, a, ends);
            using var both = new Barrier(2);
            Task starting = Task.Run(
                () =>
                {
                    both.SignalAndWait();
                    pump.Start(aToB, bToA, ends);
                },
                TestContext.Current.CancellationToken);
            both.SignalAndWait(TestContext.Current.CancellationToken);
            pump.Abort();
            await starting.InTimeAsync();

            await Eventually.TrueAsync(() => ends.A + ends.B >= 2, explain: () => $"round {round}: A ended {ends.A} times, B {ends.B} times");
            await LoopTurnAsync(loop);
            Assert.Equal((1, 1), (ends.A, ends.B));
            a.Socket.Close();
            b.Socket.Close();
        }
    }

    private static async Task<PeerSocket> PeerAsync(SocketPair pair, Side side, EventLoop loop)
    {
        var early = new Pipe();
        await early.Writer.WriteAsync(new byte[100]);
        await early.Writer.CompleteAsync();
        return new PeerSocket(side, LoopFixture.Duplicate(pair.Near.Socket, loop), null, DateTimeOffset.UnixEpoch) { Early = early.Reader };
    }

    private static Flow FlowOf(PeerSocket source, PeerSocket destination, IFlowEnds ends) =>
        new(1, source, destination, new FlowCounter(TimeProvider.System), ends, null, null, TimeProvider.System);

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

        public void SourceEnded(Side source)
        {
        }

        public void Failing(Side source, PumpResult result)
        {
        }

        public void Ended(Side source, PumpResult result) => Interlocked.Increment(ref source == Side.A ? ref _a : ref _b);
    }
}
