using System.Net;
using System.Net.Sockets;
using SocketConnector.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

/// <summary>Connections that were silent, or joined, for too long.</summary>
public sealed class ExpiryTests
{
    private static readonly TimeSpan _idle = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan _lifetime = TimeSpan.FromHours(1);
    private static readonly TimeSpan _tick = TimeSpan.FromTicks(1);

    private readonly ManualClock _clock = new();

    private ConnectorOptions Idle => Patient.Options with { TimeProvider = _clock, IdleTimeout = _idle };

    private ConnectorOptions Lasting => Patient.Options with { TimeProvider = _clock, MaxLifetime = _lifetime };

    [Theory]
    [MemberData(nameof(Modes.All), MemberType = typeof(Modes))]
    public async Task B97_A_connection_that_is_silent_is_reset_at_the_tick(Mode mode)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, Idle);
        await AcknowledgedAsync(pair.Connection);

        _clock.Advance(_idle - _tick);
        Assert.Equal(1, _clock.ActiveTimers);
        Assert.False(pair.Connection.Completion.IsCompleted, "it was ended before its time");
        _clock.Advance(_tick);

        await EndsAsync(pair.Connector, pair.Connection, CloseReason.IdleTimeout);
        Assert.Equal((SocketError.ConnectionReset, SocketError.ConnectionReset), ((await pair.A.ReadToWhateverEndAsync()).Error, (await pair.B.ReadToWhateverEndAsync()).Error));
    }

    [Theory]
    [InlineData(Side.A)]
    [InlineData(Side.B)]
    public async Task B97_Every_byte_starts_the_silence_anew_whichever_way_it_goes(Side from)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Idle);
        await AcknowledgedAsync(pair.Connection);
        for (int i = 0; i < 5; i++)
        {
            _clock.Advance(_idle - _tick);
            await SendAsync(pair, from);
        }

        _clock.Advance(_idle - _tick);
        Assert.False(pair.Connection.Completion.IsCompleted, "it was ended before its time");
        _clock.Advance(_tick);
        await EndsAsync(pair.Connector, pair.Connection, CloseReason.IdleTimeout);
    }

    [Fact]
    public async Task B97_Through_transformers_it_is_the_same()
    {
        var copying = new SideOptions { Transformer = static (source, destination, token) => source.CopyToAsync(destination, token) };
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToSocket, Idle, copying, copying);
        await AcknowledgedAsync(pair.Connection);
        _clock.Advance(_idle / 2);
        await SendAsync(pair, Side.A);

        _clock.Advance(_idle - _tick);
        Assert.False(pair.Connection.Completion.IsCompleted, "it was ended before its time");
        _clock.Advance(_tick);
        await EndsAsync(pair.Connector, pair.Connection, CloseReason.IdleTimeout);
    }

    [Fact]
    public async Task B97_An_end_of_a_half_is_no_byte()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Idle with { HalfCloseTimeout = Timeout.InfiniteTimeSpan });
        await AcknowledgedAsync(pair.Connection);
        _clock.Advance(_idle / 2);
        pair.A.EndHalf();
        Assert.Empty(await pair.B.ReadToEndAsync());
        await AcknowledgedAsync(pair.Connection);

        _clock.Advance((_idle / 2) - _tick);
        Assert.False(pair.Connection.Completion.IsCompleted, "it was ended before its time");
        _clock.Advance(_tick);
        await EndsAsync(pair.Connector, pair.Connection, CloseReason.IdleTimeout);
    }

    [Fact]
    public async Task B97_A_peer_that_still_takes_what_the_system_holds_for_it_is_not_idle()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "elsewhere the system does not tell");
        const int Bytes = 2 * 1024 * 1024;
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Idle, configure: Narrow);
        await AcknowledgedAsync(pair.Connection);
        byte[] sent = RandomBytes.Of(seed: 97, Bytes);
        await pair.A.WriteAsync(sent).InTimeAsync();
        await Eventually.TrueAsync(() => pair.Connection.BytesAToB == Bytes);

        var seen = new List<byte>();
        while (seen.Count < Bytes)
        {
            seen.AddRange(await pair.B.ReadAsync(Math.Min(128 * 1024, Bytes - seen.Count)));
            _clock.Advance(_idle - _tick);
        }

        Assert.Equal(RandomBytes.Sha256(sent), RandomBytes.Sha256(seen.ToArray()));
        await AcknowledgedAsync(pair.Connection);
        Assert.False(pair.Connection.Completion.IsCompleted, "a reader was cut");
        _clock.Advance(2 * _idle);
        await Eventually.TrueAsync(() =>
        {
            _clock.Advance(_idle);
            return pair.Connection.Completion.IsCompleted;
        });
        await EndsAsync(pair.Connector, pair.Connection, CloseReason.IdleTimeout);
    }

    [Fact]
    public async Task B97_A_peer_that_has_stopped_taking_it_is_reset()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Idle, configure: Narrow);
        await AcknowledgedAsync(pair.Connection);
        await pair.A.WriteAsync(new byte[2 * 1024 * 1024]).InTimeAsync();

        // What is still on its way counts as movement.
        await Eventually.TrueAsync(() =>
        {
            _clock.Advance(_idle);
            return pair.Connection.Completion.IsCompleted;
        });
        await EndsAsync(pair.Connector, pair.Connection, CloseReason.IdleTimeout);
    }

    [Theory]
    [MemberData(nameof(Modes.All), MemberType = typeof(Modes))]
    public async Task B97_A_connection_that_has_lasted_is_reset_at_the_tick_whatever_moves(Mode mode)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, Lasting);
        await AcknowledgedAsync(pair.Connection);
        for (int i = 0; i < 4; i++)
        {
            _clock.Advance(_lifetime / 5);
            await SendAsync(pair, i % 2 == 0 ? Side.A : Side.B);
        }

        _clock.Advance((_lifetime / 5) - _tick);
        await SendAsync(pair, Side.B);
        Assert.False(pair.Connection.Completion.IsCompleted, "it was ended before its time");
        _clock.Advance(_tick);

        await EndsAsync(pair.Connector, pair.Connection, CloseReason.LifetimeReached);
        Assert.Equal(SocketError.ConnectionReset, (await pair.A.ReadToWhateverEndAsync()).Error);
    }

    [Theory]
    [InlineData(30, CloseReason.IdleTimeout)]
    [InlineData(89, CloseReason.IdleTimeout)]
    [InlineData(90, CloseReason.LifetimeReached)]
    [InlineData(91, CloseReason.LifetimeReached)]
    public async Task B97_Of_two_limits_the_first_decides(int movedAt, CloseReason reason)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Idle with { MaxLifetime = 2 * _idle });
        await AcknowledgedAsync(pair.Connection);
        _clock.Advance(TimeSpan.FromSeconds(movedAt / 2));
        await SendAsync(pair, Side.A);
        _clock.Advance(TimeSpan.FromSeconds(movedAt - (movedAt / 2)));
        await SendAsync(pair, Side.B);

        _clock.Advance(reason == CloseReason.IdleTimeout ? _idle - _tick : (2 * _idle) - TimeSpan.FromSeconds(movedAt) - _tick);
        Assert.False(pair.Connection.Completion.IsCompleted, "it was ended before its time");
        _clock.Advance(_tick);
        await EndsAsync(pair.Connector, pair.Connection, reason);
    }

    [Fact]
    public async Task B97_A_thousand_connections_have_one_timer_and_each_its_own_time()
    {
        const int Count = 1000;
        await using Connector connector = await Connector.ServerToServerAsync(
            new ListenOptions(IPAddress.Loopback, 0), new ListenOptions(IPAddress.Loopback, 0), Idle, TestContext.Current.CancellationToken);
        var peers = new List<TestPeer>();
        var connections = new List<Connection>();
        await using IAsyncEnumerator<Connection> joined = connector.WatchConnectionsAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        for (int i = 0; i < Count; i++)
        {
            peers.Add(await TestPeer.ConnectAsync(connector.EndPointA!));
            peers.Add(await TestPeer.ConnectAsync(connector.EndPointB!));
            Assert.True(await joined.MoveNextAsync().AsTask().InTimeAsync());
            connections.Add(joined.Current);
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(1, _clock.ActiveTimers);

        // Every tenth says something a second later, so its time is another.
        _clock.Advance(TimeSpan.FromSeconds(1));
        foreach (int i in Enumerable.Range(0, Count / 10).Select(i => i * 10))
        {
            await peers[2 * i].WriteAsync(".");
            await peers[(2 * i) + 1].ReadAsync(1);
            await Eventually.TrueAsync(() => Delivered(connections[i]) == 1);
        }

        foreach (Connection connection in connections)
        {
            await AcknowledgedAsync(connection);
        }

        // The first is due a whole silence after it was joined, which was two seconds ago.
        _clock.Advance(_idle - TimeSpan.FromSeconds(2) - _tick);
        Assert.Equal(Count, connector.GetConnections().Count);
        for (int i = 0; i < Count; i++)
        {
            _clock.Advance(i == 0 ? _tick : TimeSpan.FromMilliseconds(1));
            if (i % 100 == 1)
            {
                int left = Count - (i + 1) + ((i / 10) + 1);
                await Eventually.TrueAsync(() => connector.GetConnections().Count <= left, explain: () => $"{connector.GetConnections().Count} of {left}");
                Assert.Equal((left, 1), (connector.GetConnections().Count, _clock.ActiveTimers));
            }
        }

        _clock.Advance(TimeSpan.FromSeconds(2));
        await Eventually.TrueAsync(() => connector.GetConnections().Count == 0);
        await Eventually.TrueAsync(() => connector.GetStats().Closed.SequenceEqual([new CloseCount(CloseReason.IdleTimeout, null, Count)]), explain: () => connector.GetStats().ToJson());
        Assert.Equal(0, _clock.ActiveTimers);
        peers.ForEach(peer => peer.Dispose());
    }

    [Fact]
    public async Task B97_Without_a_limit_there_is_no_timer()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Patient.Options with { TimeProvider = _clock });
        await AcknowledgedAsync(pair.Connection);
        Assert.Equal(0, _clock.ActiveTimers);
        _clock.Advance(TimeSpan.FromDays(40));
        await SendAsync(pair, Side.A);
    }

    [Theory]
    [InlineData("abort")]
    [InlineData("end in order")]
    [InlineData("dispose")]
    [InlineData("peer resets")]
    public async Task B97_Whatever_else_ends_it_at_that_moment_it_ends_once(string how)
    {
        for (int i = 0; i < 20; i++)
        {
            await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Idle with { MaxLifetime = _idle });
            await AcknowledgedAsync(pair.Connection);
            using var barrier = new Barrier(2);
            Task other = Task.Run(async () =>
            {
                barrier.SignalAndWait(Eventually.Deadline, TestContext.Current.CancellationToken);
                switch (how)
                {
                    case "abort":
                        pair.Connection.Abort();
                        break;
                    case "end in order":
                        await pair.Connection.EndAsync(TestContext.Current.CancellationToken);
                        break;
                    case "dispose":
                        await pair.Connector.DisposeAsync();
                        break;
                    default:
                        pair.A.Reset();
                        break;
                }
            }, TestContext.Current.CancellationToken);
            barrier.SignalAndWait(Eventually.Deadline, TestContext.Current.CancellationToken);
            _clock.Advance(_idle);
            await other.InTimeAsync();

            CloseInfo end = await pair.Connection.Completion.InTimeAsync();
            Assert.Contains(end.Reason, (CloseReason[])[CloseReason.LifetimeReached, CloseReason.Aborted, CloseReason.Ended, CloseReason.HalfCloseTimeout, CloseReason.PeerReset]);
            Assert.Equal(1, pair.Connector.GetStats().Closed.Sum(closed => closed.Count));
            await pair.Connector.DisposeAsync().AsTask().InTimeAsync();
            Assert.Equal(0, _clock.ActiveTimers);
        }
    }

    private static void Narrow(Socket socket) => socket.ReceiveBufferSize = 16 * 1024;

    private static async Task SendAsync(RelayedPair pair, Side from)
    {
        Side to = from == Side.A ? Side.B : Side.A;
        long before = Delivered(pair.Connection);
        await pair[from].WriteAsync(".");
        Assert.Equal(".", await pair[to].ReadTextAsync(1));
        await Eventually.TrueAsync(() => Delivered(pair.Connection) == before + 1);
        await AcknowledgedAsync(pair.Connection);
    }

    private static long Delivered(Connection connection) => connection.BytesAToB + connection.BytesBToA;

    /// <summary>Until the relay has counted and the system has been told of everything, so that only time passes from here on.</summary>
    private static Task AcknowledgedAsync(Connection connection) => Eventually.TrueAsync(() => !IsWaiting(connection, Side.A) && !IsWaiting(connection, Side.B));

    private static bool IsWaiting(Connection connection, Side side) => new SendQueue(Inside.StreamOf(connection, side)).IsWaiting || Inside.HoldsUp(connection, side);

    private async Task EndsAsync(Connector connector, Connection connection, CloseReason reason)
    {
        CloseInfo end = await connection.Completion.InTimeAsync();
        Assert.Equal((reason, (Side?)null), (end.Reason, end.Side));
        Assert.Equal([new CloseCount(reason, null, 1)], connector.GetStats().Closed);
        Assert.Equal(0, _clock.ActiveTimers);
    }
}
