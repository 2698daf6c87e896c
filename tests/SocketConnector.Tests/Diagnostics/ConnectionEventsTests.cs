using System.Threading.Channels;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Diagnostics;

public sealed class ConnectionEventsTests : IDisposable
{
    private readonly TestServer _target = new();

    public void Dispose() => _target.Dispose();

    [Theory]
    [MemberData(nameof(Modes.All), MemberType = typeof(Modes))]
    public async Task A_connection_is_told_when_it_is_joined_and_when_it_has_ended(Mode mode)
    {
        var events = Channel.CreateUnbounded<ConnectionEvent>();
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, Patient.Options with { Events = events.Writer });
        ConnectionEvent joined = await NextAsync(events);
        Assert.Equal(new ConnectionEvent(pair.Connection.Id, pair.Connection.PeerA, pair.Connection.PeerB, null), joined);
        await pair.A.WriteAsync("question");
        pair.A.EndHalf();
        Assert.Equal("question", await pair.B.ReadTextToEndAsync());
        pair.B.EndHalf();

        ConnectionEvent ended = await NextAsync(events);
        Assert.Equal(joined with { Closed = await pair.Connection.Completion.InTimeAsync() }, ended);
        Assert.Equal((CloseReason.Completed, 8L, 0L), (ended.Closed?.Reason, ended.PeerB.BytesSent, ended.PeerA.BytesSent));
        await pair.Connector.DisposeAsync();
        Assert.False(events.Reader.TryRead(out ConnectionEvent more), $"told once more: {more}");
        Assert.False(events.Reader.Completion.IsCompleted, "the channel is not the connector's to complete");
        Assert.Equal(0, pair.Connector.GetStats().LostEvents);
    }

    [Fact]
    public async Task Many_connections_are_each_told_joined_before_ended()
    {
        const int Many = 100;
        var events = Channel.CreateUnbounded<ConnectionEvent>();
        await using var connector = new Connector(Patient.Options with { Events = events.Writer });
        await Task.WhenAll(Enumerable.Range(0, Many).Select(async _ => (await JoinAsync(connector)).Abort())).InTimeAsync();
        await connector.DisposeAsync();
        events.Writer.Complete();
        ILookup<long, CloseInfo?> told = (await events.Reader.ReadAllAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken))
            .ToLookup(happened => happened.Id, happened => happened.Closed);
        Assert.Equal(Many, told.Count);
        Assert.All(told, story => Assert.True(story.Count() == 2 && story.First() is null && story.Last() is { Reason: CloseReason.Aborted }, string.Join(", ", story)));
    }

    [Fact]
    public async Task What_a_full_channel_does_not_take_is_lost_and_counted()
    {
        var events = Channel.CreateBounded<ConnectionEvent>(1);
        await using var connector = new Connector(Patient.Options with { Events = events.Writer });
        Connection first = await JoinAsync(connector), second = await JoinAsync(connector);
        await Eventually.TrueAsync(() => connector.GetStats().LostEvents == 1);

        // The second one's beginning was lost, so its end is not told, and not lost; the first one's is.
        await EndAsync(second);
        Assert.Equal(1, connector.GetStats().LostEvents);
        await EndAsync(first);
        await Eventually.TrueAsync(() => connector.GetStats().ToJson().Contains("\"lostEvents\":2", StringComparison.Ordinal));
        Assert.Equal((first.Id, null), ((await NextAsync(events)) is var only ? (only.Id, only.Closed) : default));
        Assert.False(events.Reader.TryRead(out _));
    }

    [Fact]
    public async Task The_end_is_told_only_where_the_beginning_was()
    {
        var events = Channel.CreateBounded<ConnectionEvent>(1);
        await using var connector = new Connector(Patient.Options with { Events = events.Writer });
        Connection told = await JoinAsync(connector), untold = await JoinAsync(connector);
        await Eventually.TrueAsync(() => connector.GetStats().LostEvents == 1);
        Assert.Equal(told.Id, (await NextAsync(events)).Id);
        await EndAsync(untold);
        Assert.False(events.Reader.TryRead(out ConnectionEvent happened), $"nobody knows of {happened}");
        await EndAsync(told);
        ConnectionEvent ended = await NextAsync(events);
        Assert.Equal((told.Id, CloseReason.Aborted), (ended.Id, ended.Closed?.Reason));
    }

    private static Task<ConnectionEvent> NextAsync(Channel<ConnectionEvent> events) =>
        events.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().InTimeAsync(what: "an event");

    private static async Task EndAsync(Connection connection)
    {
        connection.Abort();
        await connection.Completion.InTimeAsync();
    }

    private Task<Connection> JoinAsync(Connector connector) =>
        connector.JoinAsync(new ConnectOptions(_target.EndPoint), new ConnectOptions(_target.EndPoint), TestContext.Current.CancellationToken);
}
