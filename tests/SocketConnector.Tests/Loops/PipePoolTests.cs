using SocketConnector.Loops;
using SocketConnector.TestKit;
using SocketConnector.Tests.Engine;

namespace SocketConnector.Tests.Loops;

public sealed class PipePoolTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public void Pipes_that_are_used_are_kept_and_handed_out_again()
    {
        var pool = new PipePool(_clock);
        SplicePipe first = pool.Take()!;
        pool.GiveBack(first);
        _clock.Advance(TimeSpan.FromMilliseconds(999));
        pool.Trim();
        Assert.Equal(1, pool.UntilTrim());
        Assert.Same(first, pool.Take());
        pool.GiveBack(first);
        _clock.Advance(TimeSpan.FromSeconds(1));
        pool.Trim();
    }

    [Fact]
    public void Pipes_that_nothing_uses_are_closed_after_a_second()
    {
        var pool = new PipePool(_clock);
        SplicePipe[] pipes = [pool.Take()!, pool.Take()!, pool.Take()!];
        Array.ForEach(pipes, pool.GiveBack);
        Assert.Equal(3, pool.Kept);

        _clock.Advance(TimeSpan.FromSeconds(1));
        pool.Trim();

        Assert.Equal((0, Timeout.Infinite), (pool.Kept, pool.UntilTrim()));
    }

    [Fact]
    public async Task A_loop_that_has_gone_idle_closes_its_pipes()
    {
        EventLoop loop = LoopFixture.Loop;
        loop.Post(new GivingBack(loop));
        await Eventually.TrueAsync(() => loop.Pipes.Kept > 0);
        await Eventually.TrueAsync(() => loop.Pipes.Kept == 0);
    }

    private sealed class GivingBack(EventLoop loop) : ILoopWork
    {
        public void Run() => loop.Pipes.GiveBack(loop.Pipes.Take()!);
    }
}
