using System.Globalization;
using SocketConnector.Cli.Top;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.Top;

/// <summary>What waits while the terminal does not read.</summary>
public sealed class TopChangesTests
{
    [Fact]
    public async Task B135_Of_what_a_loop_that_is_held_up_is_told_only_the_last_of_each_kind_waits()
    {
        var changes = new TopChanges();
        for (int i = 0; i < 100_000; i++)
        {
            changes.Replace(TopNews.Answer, Telling($"answer {i}"));
            changes.Replace(TopNews.Notice, Telling($"notice {i}"));
        }

        Assert.True(await changes.WaitAsync(TestContext.Current.CancellationToken).AsTask().InTimeAsync());
        Assert.Equal(["answer 99999", "notice 99999"], Take(changes).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task B135_No_key_is_lost_and_what_finds_no_room_holds_up_the_thread_that_reads_them()
    {
        const int Many = 4 * TopChanges.MaxKeys;
        var changes = new TopChanges();
        int pressed = 0;
        Task pressing = OnThreadAsync(() =>
        {
            for (int i = 0; i < Many; i++)
            {
                Press(changes, i);
                Volatile.Write(ref pressed, i + 1);
            }
        });
        await Eventually.TrueAsync(() => Volatile.Read(ref pressed) == TopChanges.MaxKeys);
        List<string> taken = [TakeOne(changes)!];
        await Eventually.TrueAsync(() => Volatile.Read(ref pressed) == TopChanges.MaxKeys + 1);
        while (taken.Count < Many)
        {
            Assert.True(await changes.WaitAsync(TestContext.Current.CancellationToken).AsTask().InTimeAsync(what: "more keys"));
            taken.AddRange(Take(changes));
        }

        await pressing.InTimeAsync();
        Assert.Equal(Enumerable.Range(0, Many).Select(static i => i.ToString(CultureInfo.InvariantCulture)), taken);
    }

    [Fact]
    public async Task B135_The_end_releases_what_waits_for_room_and_comes_behind_what_waits()
    {
        var changes = new TopChanges();
        for (int i = 0; i < TopChanges.MaxKeys; i++)
        {
            Press(changes, i);
        }

        Task pressing = OnThreadAsync(() => Press(changes, TopChanges.MaxKeys));
        changes.End(new IOException("the terminal has gone"));
        await pressing.InTimeAsync();
        Assert.True(await changes.WaitAsync(TestContext.Current.CancellationToken).AsTask().InTimeAsync());
        Assert.Equal(TopChanges.MaxKeys + 1, Take(changes).Count);
        await Assert.ThrowsAsync<IOException>(() => changes.WaitAsync(TestContext.Current.CancellationToken).AsTask().InTimeAsync());
    }

    private static Task OnThreadAsync(Action action) => Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static void Press(TopChanges changes, int key) => changes.AddKey(Telling(key.ToString(CultureInfo.InvariantCulture)));

    private static TopChange Telling(string text) => state => (state with { Notice = text }, null);

    private static string? TakeOne(TopChanges changes) => changes.TryTake(out TopChange? change) ? change(new TopState()).State.Notice : null;

    private static List<string> Take(TopChanges changes)
    {
        List<string> taken = [];
        while (TakeOne(changes) is { } one)
        {
            taken.Add(one);
        }

        return taken;
    }
}
