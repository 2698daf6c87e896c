using SocketConnector.Loops;
using SocketConnector.Sockets;
using SocketConnector.TestKit;
using SocketConnector.Tests.Engine;

namespace SocketConnector.Tests.Sockets;

/// <summary>The system gives a closed number to the next descriptor at once, which another thread may watch before the close returns.</summary>
[Collection(Alone.Name)]
public sealed class ClosingDescriptorTests
{
    private const int Rounds = 4_000;

    [Fact]
    public async Task A_close_never_forgets_the_watch_of_the_next_descriptor_of_that_number()
    {
        EventLoop loop = LoopFixture.Loop;
        int reused = 0;
        for (int round = 0; round < Rounds; round++)
        {
            (int reading, int writing) = Pipe();
            var closing = new DescriptorSocket(reading, loop, new DescriptorOrigin(IsTcp: false));
            closing.WatchBy(new Raised());
            using var both = new Barrier(2);
            Task<(Raised Watcher, int Reading, int Writing)> using_ = Task.Run(() => UseUntilClosed(closing, both, loop), TestContext.Current.CancellationToken);
            both.SignalAndWait(TestContext.Current.CancellationToken);
            closing.Close();
            (Raised watcher, int next, int nextWriting) = await using_.InTimeAsync();
            reused += next == reading ? 1 : 0;

            Write(nextWriting);
            await watcher.Task.InTimeAsync(what: $"round {round}: descriptor {next} after {reading} is watched no more");
            loop.Forget(next);
            Array.ForEach([writing, next, nextWriting], static descriptor => _ = Kernel.Close(descriptor));
        }

        Assert.True(reused > Rounds / 10, $"only {reused} of {Rounds} numbers were used again, so nothing was tested");
    }

    private static (Raised Watcher, int Reading, int Writing) UseUntilClosed(DescriptorSocket closing, Barrier both, EventLoop loop)
    {
        both.SignalAndWait();
        while (true)
        {
            try
            {
                closing.Look();
            }
            catch (ObjectDisposedException)
            {
                (int reading, int writing) = Pipe();
                var watcher = new Raised();
                loop.Watch(reading, watcher);
                return (watcher, reading, writing);
            }
        }
    }

    private static unsafe (int Reading, int Writing) Pipe()
    {
        int* ends = stackalloc int[2];
        Assert.Equal(0, Kernel.Pipe(ends, Kernel.NonBlocking | Kernel.CloseOnExec));
        return (ends[0], ends[1]);
    }

    private static unsafe void Write(int descriptor)
    {
        byte one = 1;
        Assert.Equal(1, Kernel.Write(descriptor, &one, 1));
    }

    private sealed class Raised : Watched
    {
        private readonly TaskCompletionSource _raised = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Task => _raised.Task;

        public override void WhenReady(Readiness readiness)
        {
            if ((readiness & Readiness.Input) != Readiness.None)
            {
                _raised.TrySetResult();
            }
        }
    }
}
