using SocketConnector.Diagnostics;
using SocketConnector.Relaying;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

public sealed class OwnedTasksTests
{
    private readonly OwnedTasks _tasks = new(new Observer(Patient.Options));

    [Fact]
    public async Task Nothing_begins_any_more_once_all_is_done()
    {
        Assert.True(_tasks.TryBegin());
        _tasks.Close();
        Assert.True(_tasks.TryBegin(), "refused while something is still under way");
        _tasks.End();
        Assert.False(_tasks.AllDone.IsCompleted);
        _tasks.End();
        await _tasks.AllDone.InTimeAsync();
        bool hasRun = false;
        Assert.False(_tasks.TryBegin());
        Assert.False(_tasks.Run(() =>
        {
            hasRun = true;
            return Task.CompletedTask;
        }));
        Assert.False(hasRun, "ran after all was done");
    }

    [Fact]
    public async Task What_many_threads_begin_is_either_waited_for_or_refused()
    {
        int running = 0, began = 0, late = 0;
        using var go = new ManualResetEventSlim();
        Task[] threads = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            go.Wait(Eventually.Deadline);
            while (_tasks.TryBegin())
            {
                Interlocked.Increment(ref running);
                Interlocked.Increment(ref began);
                late += _tasks.AllDone.IsCompleted ? 1 : 0;
                Interlocked.Decrement(ref running);
                _tasks.End();
            }
        }))];
        go.Set();
        await Eventually.TrueAsync(() => Volatile.Read(ref began) > 1000);
        _tasks.Close();
        await Task.WhenAll(threads).InTimeAsync();
        await _tasks.AllDone.InTimeAsync();
        Assert.Equal((0, 0), (running, late));
    }
}
