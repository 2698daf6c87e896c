using System.Runtime.CompilerServices;
using SocketConnector.Joining;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

public sealed class WatchConnectionsTests : IDisposable
{
    private readonly TestServer _a = new();
    private readonly TestServer _b = new();
    private readonly Connector _connector = new(Patient.Options);

    public void Dispose()
    {
        _a.Dispose();
        _b.Dispose();
    }

    [Fact]
    public async Task B19_Every_watcher_sees_every_new_connection_from_its_call_on()
    {
        await JoinAsync();
        IAsyncEnumerable<Connection> early = _connector.WatchConnectionsAsync(TestContext.Current.CancellationToken);
        IAsyncEnumerable<Connection> second = _connector.WatchConnectionsAsync(TestContext.Current.CancellationToken);
        Connection[] first = [await JoinAsync(), await JoinAsync()];
        IAsyncEnumerable<Connection> late = _connector.WatchConnectionsAsync(TestContext.Current.CancellationToken);
        Connection last = await JoinAsync();
        await _connector.DisposeAsync();

        Assert.Equal([.. first, last], await AllAsync(early));
        Assert.Equal([.. first, last], await AllAsync(second));
        Assert.Equal([last], await AllAsync(late));
    }

    [Theory]
    [MemberData(nameof(Modes.All), MemberType = typeof(Modes))]
    public async Task B19_A_connection_is_seen_while_it_is_joined(Mode mode)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, Patient.Options);
        await using IAsyncEnumerator<Connection> watch = pair.Connector.WatchConnectionsAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Task<bool> seeing = watch.MoveNextAsync().AsTask();
        Connection second = await pair.Connector.JoinAsync(new ConnectOptions(_a.EndPoint), new ConnectOptions(_b.EndPoint), TestContext.Current.CancellationToken);
        Assert.True(await seeing.InTimeAsync());
        if (watch.Current.Id < second.Id)
        {
            // The pair's own bytes may arrive before its connection is published.
            Assert.True(await watch.MoveNextAsync().AsTask().InTimeAsync());
        }

        Assert.Same(second, watch.Current);
        Assert.False(watch.Current.Completion.IsCompleted);
    }

    [Fact]
    public async Task B19_Watching_ends_with_the_connector_and_one_that_begins_later_ends_at_once()
    {
        Task<List<Connection>> watching = AllAsync(_connector.WatchConnectionsAsync(TestContext.Current.CancellationToken));
        Connection only = await JoinAsync();
        await _connector.DisposeAsync();
        Assert.Equal([only], await watching.InTimeAsync());
        Assert.Empty(await AllAsync(_connector.WatchConnectionsAsync(TestContext.Current.CancellationToken)).InTimeAsync());
    }

    [Fact]
    public async Task B19_A_token_ends_one_watcher_and_no_other()
    {
        using var enough = new CancellationTokenSource();
        Task<List<Connection>> stopped = AllAsync(_connector.WatchConnectionsAsync(enough.Token));
        Task<List<Connection>> watching = AllAsync(_connector.WatchConnectionsAsync(TestContext.Current.CancellationToken));
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped.InTimeAsync());
        Connection only = await JoinAsync();
        await _connector.DisposeAsync();
        Assert.Equal([only], await watching.InTimeAsync());
    }

    [Fact]
    public async Task B19_A_watcher_that_never_reads_keeps_the_newest_and_no_more_than_is_said()
    {
        const int Many = ConnectionFeed.MaxUnread + 100;
        IAsyncEnumerable<Connection> never = _connector.WatchConnectionsAsync(TestContext.Current.CancellationToken);
        Task<List<Connection>> always = AllAsync(_connector.WatchConnectionsAsync(TestContext.Current.CancellationToken));
        var ids = new List<long>();
        for (int i = 1; i <= Many; i++)
        {
            Connection connection = await JoinAsync();
            ids.Add(connection.Id);
            connection.Abort();
            await connection.Completion.InTimeAsync();
        }

        await _connector.DisposeAsync();
        long[] kept = [.. (await AllAsync(never)).Select(connection => connection.Id)];
        Assert.Equal(ids[^ConnectionFeed.MaxUnread..], kept);
        Assert.Equal(Many, (await always.InTimeAsync()).Count);
    }

    [Fact]
    public async Task B19_A_call_that_is_never_enumerated_holds_nothing_once_its_caller_has_forgotten_it()
    {
        var feed = new ConnectionFeed();
        Forget(feed);
        await Eventually.TrueAsync(() =>
        {
            GC.Collect();
            return feed.Watchers == 0;
        });

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Forget(ConnectionFeed feed)
        {
            IAsyncEnumerable<Connection> never = feed.WatchAsync(CancellationToken.None), unmoved = feed.WatchAsync(CancellationToken.None);
            IAsyncEnumerator<Connection> enumerator = unmoved.GetAsyncEnumerator();
            Assert.Equal(2, feed.Watchers);
            GC.KeepAlive(never);
            GC.KeepAlive(enumerator);
        }
    }

    [Fact]
    public async Task B19_A_watch_is_kept_while_it_is_read_and_dropped_when_that_ends()
    {
        var feed = new ConnectionFeed();
        using var enough = new CancellationTokenSource();
        Task<List<Connection>> reading = AllAsync(feed.WatchAsync(enough.Token));
        GC.Collect();
        Assert.Equal(1, feed.Watchers);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.InTimeAsync());
        Assert.Equal(0, feed.Watchers);
    }

    [Fact]
    public async Task B19_Enumerated_again_it_begins_with_what_comes_then()
    {
        IAsyncEnumerable<Connection> watch = _connector.WatchConnectionsAsync(TestContext.Current.CancellationToken);
        Connection first = await JoinAsync();
        Assert.Same(first, await watch.FirstAsync(TestContext.Current.CancellationToken).AsTask().InTimeAsync());
        await JoinAsync();
        await using IAsyncEnumerator<Connection> again = watch.GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Task<bool> seeing = again.MoveNextAsync().AsTask();
        Connection third = await JoinAsync();
        Assert.True(await seeing.InTimeAsync());
        Assert.Same(third, again.Current);
        await _connector.DisposeAsync();
        Assert.False(await again.MoveNextAsync().AsTask().InTimeAsync());
        Assert.Empty(await AllAsync(watch).InTimeAsync());
    }

    private static async Task<List<Connection>> AllAsync(IAsyncEnumerable<Connection> watch)
    {
        List<Connection> all = [];
        await foreach (Connection connection in watch)
        {
            all.Add(connection);
        }

        return all;
    }

    private async Task<Connection> JoinAsync()
    {
        Connection connection = await _connector.JoinAsync(new ConnectOptions(_a.EndPoint), new ConnectOptions(_b.EndPoint), TestContext.Current.CancellationToken);
        (await _a.AcceptAsync()).Dispose();
        (await _b.AcceptAsync()).Dispose();
        return connection;
    }
}
