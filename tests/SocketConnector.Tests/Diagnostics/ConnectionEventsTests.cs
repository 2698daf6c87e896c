using System.Net;
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
        Assert.Equal(new ConnectionEvent(ConnectionEventKind.Joined, pair.Connection.Id, pair.Connection.PeerA, pair.Connection.PeerB) { Time = joined.Time }, joined);
        Assert.Equal(ConnectionEventKind.Joined, joined.Kind);
        await pair.A.WriteAsync("question");
        pair.A.EndHalf();
        Assert.Equal("question", await pair.B.ReadTextToEndAsync());
        pair.B.EndHalf();

        ConnectionEvent ended = await NextAsync(events);
        Assert.Equal(
            new ConnectionEvent(ConnectionEventKind.Closed, joined.ConnectionId, joined.PeerA, joined.PeerB, await pair.Connection.Completion.InTimeAsync()) { Time = ended.Time }, ended);
        Assert.Equal((CloseReason.Completed, 8L, 0L), (ended.Closed?.Reason, ended.PeerB!.BytesSent, ended.PeerA!.BytesSent));
        Assert.Equal(ConnectionEventKind.Closed, ended.Kind);
        await pair.Connector.DisposeAsync();
        Assert.False(events.Reader.TryRead(out ConnectionEvent? more), $"told once more: {more}");
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
            .ToLookup(happened => happened.ConnectionId!.Value, happened => happened.Closed);
        Assert.Equal(Many, told.Count);
        Assert.All(told, story => Assert.True(story.Count() == 2 && story.First() is null && story.Last() is { Reason: CloseReason.Aborted }, string.Join(", ", story)));
    }

    [Fact]
    public async Task An_event_carries_the_time_of_the_connector_s_clock()
    {
        var clock = new ManualClock();
        var events = Channel.CreateUnbounded<ConnectionEvent>();
        await using var connector = new Connector(Patient.Options with { Events = events.Writer, TimeProvider = clock });
        Connection connection = await JoinAsync(connector);
        DateTimeOffset joinedAt = clock.GetUtcNow();
        clock.Advance(TimeSpan.FromHours(30));
        await EndAsync(connection);

        Assert.Equal(joinedAt, (await NextAsync(events)).Time);
        Assert.Equal(joinedAt.AddHours(30), (await NextAsync(events)).Time);
    }

    [Fact]
    public async Task A_peer_whose_dial_fails_is_told_once_with_the_reason_and_never_as_joined()
    {
        int nobody = TestServer.RefusingPort();
        var events = Channel.CreateUnbounded<ConnectionEvent>();
        await using Connector connector = await Connector.ServerToSocketAsync(
            new ListenOptions(IPAddress.Loopback, 0), new ConnectOptions(nobody), Patient.Options with { Events = events.Writer }, TestContext.Current.CancellationToken);
        using TestPeer client = await TestPeer.ConnectAsync((IPEndPoint)connector.EndPointA!);
        string from = client.LocalEndPoint.ToString()!;

        ConnectionEvent refused = await NextAsync(events);

        Assert.Equal((ConnectionEventKind.Refused, (long?)null), (refused.Kind, refused.ConnectionId));
        Assert.Equal((from, null), (refused.PeerA?.RemoteEndPoint?.ToString(), refused.PeerB));
        Assert.Equal((CloseReason.ConnectFailed, Side.B), (refused.Closed?.Reason, refused.Closed?.Side));
        Assert.Equal($"Cannot connect to 127.0.0.1:{nobody}: connection refused", refused.Detail);
        await connector.DisposeAsync();
        Assert.False(events.Reader.TryRead(out ConnectionEvent? more), $"told once more: {more}");
    }

    [Fact]
    public async Task A_peer_that_is_rejected_one_that_leaves_and_one_that_waits_at_the_end_are_each_told()
    {
        var events = Channel.CreateUnbounded<ConnectionEvent>();
        await using Connector connector = await Connector.ServerToServerAsync(
            new ListenOptions(IPAddress.Loopback, 0),
            new ListenOptions(IPAddress.Loopback, 0) { AuthVerifier = (_, _) => ValueTask.FromResult(AuthResult.Reject("not on the list")) },
            Patient.Options with { Events = events.Writer },
            TestContext.Current.CancellationToken);

        using (await TestPeer.ConnectAsync((IPEndPoint)connector.EndPointB!))
        {
            await ExpectAsync(events, Side.B, CloseReason.AuthRejected, Side.B, "not on the list");
        }

        using (await TestPeer.ConnectAsync((IPEndPoint)connector.EndPointA!))
        {
            await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == 1);
        }

        await ExpectAsync(events, Side.A, CloseReason.PeerReset, Side.A, "it left while it waited for a partner");
        using TestPeer waiting = await TestPeer.ConnectAsync((IPEndPoint)connector.EndPointA!);
        await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == 1);
        await connector.DisposeAsync();
        await ExpectAsync(events, Side.A, CloseReason.Aborted, null, "the connector was stopped");
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
        Assert.Equal((first.Id, null), ((await NextAsync(events)) is var only ? (only.ConnectionId, only.Closed) : default));
        Assert.False(events.Reader.TryRead(out _));
    }

    [Fact]
    public async Task The_end_is_told_only_where_the_beginning_was()
    {
        var events = Channel.CreateBounded<ConnectionEvent>(1);
        await using var connector = new Connector(Patient.Options with { Events = events.Writer });
        Connection told = await JoinAsync(connector), untold = await JoinAsync(connector);
        await Eventually.TrueAsync(() => connector.GetStats().LostEvents == 1);
        Assert.Equal(told.Id, (await NextAsync(events)).ConnectionId);
        await EndAsync(untold);
        Assert.False(events.Reader.TryRead(out ConnectionEvent? happened), $"nobody knows of {happened}");
        await EndAsync(told);
        ConnectionEvent ended = await NextAsync(events);
        Assert.Equal((told.Id, CloseReason.Aborted), (ended.ConnectionId, ended.Closed?.Reason));
    }

    private static async Task ExpectAsync(Channel<ConnectionEvent> events, Side side, CloseReason reason, Side? by, string detail)
    {
        ConnectionEvent refused = await NextAsync(events);
        Assert.Equal((ConnectionEventKind.Refused, reason, by, detail), (refused.Kind, refused.Closed?.Reason, refused.Closed?.Side, refused.Detail));
        Assert.Equal((side == Side.A, side == Side.B), (refused.PeerA is not null, refused.PeerB is not null));
    }

    /// <summary>The next but for peers that wait, of which <see cref="PendingEventsTests"/> knows.</summary>
    private static async Task<ConnectionEvent> NextAsync(Channel<ConnectionEvent> events)
    {
        ConnectionEvent next;
        do
        {
            next = await events.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().InTimeAsync(what: "an event");
        }
        while (next.Kind == ConnectionEventKind.Pending);
        return next;
    }

    private static async Task EndAsync(Connection connection)
    {
        connection.Abort();
        await connection.Completion.InTimeAsync();
    }

    private Task<Connection> JoinAsync(Connector connector) =>
        connector.JoinAsync(new ConnectOptions(_target.EndPoint), new ConnectOptions(_target.EndPoint), TestContext.Current.CancellationToken);
}
