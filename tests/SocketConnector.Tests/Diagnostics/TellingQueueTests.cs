using SocketConnector.Diagnostics;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Diagnostics;

public sealed class TellingQueueTests
{
    [Fact]
    public async Task Calls_run_one_after_the_other_in_order_and_never_on_the_callers_thread()
    {
        const int Many = 10_000;
        var queue = new TellingQueue(Many);
        List<int> told = [];
        int here = Environment.CurrentManagedThreadId, onCaller = 0, running = 0;
        for (int i = 0; i < Many; i++)
        {
            int number = i;
            Assert.True(queue.TryAdd(new Call(() =>
            {
                onCaller += Environment.CurrentManagedThreadId == here ? 1 : 0;
                Assert.Equal(1, Interlocked.Increment(ref running));
                told.Add(number);
                Interlocked.Decrement(ref running);
            })));
        }

        // The test's own thread may be of the pool, and is given back only now.
        Assert.Equal(0, onCaller);
        await queue.DrainedAsync().InTimeAsync();
        Assert.Equal(Enumerable.Range(0, Many), told);
    }

    [Fact]
    public async Task B78_What_throws_is_counted_and_what_comes_after_it_is_told()
    {
        var queue = new TellingQueue(10);
        var bad = new Call(() => throw new InvalidOperationException("the user's"));
        bool isTold = false;
        queue.TryAdd(bad);
        queue.TryAdd(new Call(() => isTold = true));
        await queue.DrainedAsync().InTimeAsync();
        Assert.Equal((1, true), (bad.TimesLost, isTold));
    }

    [Fact]
    public async Task B78_What_blocks_costs_what_finds_no_room_and_holds_up_nobody()
    {
        const int Most = 5;
        var queue = new TellingQueue(Most);
        using var go = new ManualResetEventSlim();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        queue.TryAdd(new Call(() =>
        {
            begun.SetResult();
            Assert.True(go.Wait(Eventually.Deadline), "never let go");
        }));
        await begun.Task.InTimeAsync();
        Call[] calls = [.. Enumerable.Range(0, Most + 3).Select(_ => new Call(() => { }))];
        Assert.Equal([true, true, true, true, true, false, false, false], calls.Select(call => queue.TryAdd(call)));
        Assert.Equal([0, 0, 0, 0, 0, 1, 1, 1], calls.Select(call => call.TimesLost));
        Task drained = queue.DrainedAsync();
        Assert.False(drained.IsCompleted);
        go.Set();
        await drained.InTimeAsync();
        Assert.True(queue.TryAdd(new Call(() => { })), "there is no room although all is told");
    }

    [Fact]
    public async Task One_with_patience_waits_for_room_but_only_where_something_moves()
    {
        var queue = new TellingQueue(1);
        using var go = new SemaphoreSlim(0);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        queue.TryAdd(new Call(() =>
        {
            begun.SetResult();
            Assert.True(go.Wait(Eventually.Deadline), "never let go");
        }));
        await begun.Task.InTimeAsync();
        queue.TryAdd(new Call(() => { }));
        var patient = new Call(() => { });
        Task<bool> waiting = Task.Run(() => queue.TryAdd(patient, Eventually.Deadline), TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        go.Release();
        Assert.True(await waiting.InTimeAsync(), "no room was found");
        await queue.DrainedAsync().InTimeAsync();

        begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        queue.TryAdd(new Call(() =>
        {
            begun.SetResult();
            Assert.True(go.Wait(Eventually.Deadline), "never let go");
        }));
        await begun.Task.InTimeAsync();
        queue.TryAdd(new Call(() => { }));
        Assert.False(queue.TryAdd(new Call(() => { }), TimeSpan.FromMilliseconds(1)));

        // It has waited in vain once; whatever comes now does not wait at all.
        Assert.False(await Task.Run(() => queue.TryAdd(new Call(() => { }), TimeSpan.FromHours(1)), TestContext.Current.CancellationToken).InTimeAsync());
        go.Release();
        await queue.DrainedAsync().InTimeAsync();
    }

    private sealed class Call(Action tell) : Telling
    {
        public int TimesLost { get; private set; }

        public override void Tell() => tell();

        public override void Lost() => TimesLost++;
    }
}
