using SocketConnector.Loops;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Loops;

/// <summary>Whatever throws on an event loop costs what it belongs to, and not the loop, on which the process depends.</summary>
public sealed class LoopFaultTests
{
    private static readonly Lazy<EventLoop> _loop = new(() => new EventLoop(number: 99));

    [Fact]
    public async Task What_throws_when_a_descriptor_is_ready_is_told_and_the_loop_goes_on()
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        EventLoop loop = Loop();
        var faulty = new Faulty();
        int descriptor = (int)pair.Near.Socket.Handle;
        loop.Watch(descriptor, faulty);
        await faulty.Told.InTimeAsync();
        loop.Release(descriptor);
        await GoesOnAsync(loop);
    }

    [Fact]
    public async Task Work_that_throws_is_told_and_the_loop_goes_on()
    {
        EventLoop loop = Loop();
        var faulty = new Faulty();
        loop.Post(faulty);
        await faulty.Told.InTimeAsync();
        await GoesOnAsync(loop);

        faulty = new Faulty();
        loop.Post(new Doing(() => loop.TakeTurn(faulty)));
        await faulty.Told.InTimeAsync();
        await GoesOnAsync(loop);

        faulty = new Faulty();
        loop.Post(new Doing(() => loop.Later(faulty)));
        await faulty.Told.InTimeAsync();
        await GoesOnAsync(loop);
    }

    [Fact]
    public async Task What_throws_when_it_is_told_of_its_fault_ends_no_loop_either()
    {
        EventLoop loop = Loop();
        var faulty = new Faulty(throwsAgain: true);
        loop.Post(faulty);
        await faulty.Told.InTimeAsync();
        await GoesOnAsync(loop);
    }

    /// <summary>One that relays nothing, and stays for as long as the process does.</summary>
    private static EventLoop Loop() => _loop.Value;

    private static async Task GoesOnAsync(EventLoop loop)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(new Doing(done.SetResult));
        await done.Task.InTimeAsync(what: "the loop to go on");
    }

    private sealed class Doing(Action what) : ILoopWork
    {
        public void Run() => what();
    }

    private sealed class Faulty(bool throwsAgain = false) : Watched, ILoopWork
    {
        private readonly TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Told => _told.Task;

        public override void WhenReady(Readiness readiness) => Run();

        public void Run() => throw new InvalidOperationException("a fault that a test makes");

        public override void WhenFaulted(Exception error)
        {
            _told.TrySetResult();
            if (throwsAgain)
            {
                Run();
            }
        }
    }
}
