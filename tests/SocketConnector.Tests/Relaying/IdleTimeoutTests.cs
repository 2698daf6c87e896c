using System.Net;
using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

/// <summary>Connections that were silent for too long.</summary>
public sealed class IdleTimeoutTests
{
    private static readonly TimeSpan _idle = TimeSpan.FromSeconds(90);

    private readonly ExpirySteps _steps = new();

    private ConnectorOptions Idle => Patient.Options with { TimeProvider = _steps.Clock, IdleTimeout = _idle };

    [Theory]
    [MemberData(nameof(Modes.All), MemberType = typeof(Modes))]
    public async Task B97_A_connection_that_is_silent_is_reset_at_the_tick(Mode mode)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, Idle);
        await ExpirySteps.AcknowledgedAsync(pair.Connection);

        _steps.Clock.Advance(_idle - ExpirySteps.Tick);
        Assert.Equal(1, _steps.Clock.ActiveTimers);
        Assert.False(pair.Connection.Completion.IsCompleted, "it was ended before its time");
        _steps.Clock.Advance(ExpirySteps.Tick);

        await _steps.EndsAsync(pair, CloseReason.IdleTimeout);
        Assert.Equal((SocketError.ConnectionReset, SocketError.ConnectionReset), ((await pair.A.ReadToWhateverEndAsync()).Error, (await pair.B.ReadToWhateverEndAsync()).Error));
    }

    [Theory]
    [InlineData(Side.A)]
    [InlineData(Side.B)]
    public async Task B97_Every_byte_starts_the_silence_anew_whichever_way_it_goes(Side from)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Idle);
        await ExpirySteps.AcknowledgedAsync(pair.Connection);
        for (int i = 0; i < 5; i++)
        {
            _steps.Clock.Advance(_idle - ExpirySteps.Tick);
            await ExpirySteps.SendAsync(pair, from);
        }

        await _steps.EndsAtTheTickAsync(pair, _idle, CloseReason.IdleTimeout);
    }

    [Fact]
    public async Task B97_Through_transformers_it_is_the_same()
    {
        var copying = new SideOptions { Transformer = static (source, destination, token) => source.CopyToAsync(destination, token) };
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToSocket, Idle, copying, copying);
        await ExpirySteps.AcknowledgedAsync(pair.Connection);
        _steps.Clock.Advance(_idle / 2);
        await ExpirySteps.SendAsync(pair, Side.A);

        await _steps.EndsAtTheTickAsync(pair, _idle, CloseReason.IdleTimeout);
    }

    [Fact]
    public async Task B97_An_end_of_a_half_is_no_byte()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Idle with { HalfCloseTimeout = Timeout.InfiniteTimeSpan });
        await ExpirySteps.AcknowledgedAsync(pair.Connection);
        _steps.Clock.Advance(_idle / 2);
        pair.A.EndHalf();
        Assert.Empty(await pair.B.ReadToEndAsync());
        await ExpirySteps.AcknowledgedAsync(pair.Connection);

        await _steps.EndsAtTheTickAsync(pair, _idle / 2, CloseReason.IdleTimeout);
    }

    [Fact]
    public async Task B97_A_peer_that_still_takes_what_the_system_holds_for_it_is_not_idle()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "elsewhere the system does not tell");
        const int Bytes = 2 * 1024 * 1024;
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Idle, configure: Narrow);
        await ExpirySteps.AcknowledgedAsync(pair.Connection);
        byte[] sent = RandomBytes.Of(seed: 97, Bytes);
        await pair.A.WriteAsync(sent).InTimeAsync();
        await Eventually.TrueAsync(() => pair.Connection.BytesAToB == Bytes);

        var seen = new List<byte>();
        while (seen.Count < Bytes)
        {
            seen.AddRange(await pair.B.ReadAsync(Math.Min(128 * 1024, Bytes - seen.Count)));
            _steps.Clock.Advance(_idle - ExpirySteps.Tick);
        }

        Assert.Equal(RandomBytes.Sha256(sent), RandomBytes.Sha256(seen.ToArray()));
        await ExpirySteps.AcknowledgedAsync(pair.Connection);
        Assert.False(pair.Connection.Completion.IsCompleted, "a reader was cut");
        _steps.Clock.Advance(2 * _idle);
        await Eventually.TrueAsync(() =>
        {
            _steps.Clock.Advance(_idle);
            return pair.Connection.Completion.IsCompleted;
        });
        await _steps.EndsAsync(pair, CloseReason.IdleTimeout);
    }

    [Fact]
    public async Task B97_A_peer_that_has_stopped_taking_it_is_reset()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Idle, configure: Narrow);
        await ExpirySteps.AcknowledgedAsync(pair.Connection);
        await pair.A.WriteAsync(new byte[2 * 1024 * 1024]).InTimeAsync();

        // What is still on its way counts as movement.
        await Eventually.TrueAsync(() =>
        {
            _steps.Clock.Advance(_idle);
            return pair.Connection.Completion.IsCompleted;
        });
        await _steps.EndsAsync(pair, CloseReason.IdleTimeout);
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
            _steps.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(1, _steps.Clock.ActiveTimers);

        // Every tenth says something a second later, so its time is another.
        _steps.Clock.Advance(TimeSpan.FromSeconds(1));
        foreach (int i in Enumerable.Range(0, Count / 10).Select(i => i * 10))
        {
            await peers[2 * i].WriteAsync(".");
            await peers[(2 * i) + 1].ReadAsync(1);
            await Eventually.TrueAsync(() => ExpirySteps.Delivered(connections[i]) == 1);
        }

        foreach (Connection connection in connections)
        {
            await ExpirySteps.AcknowledgedAsync(connection);
        }

        // The first is due a whole silence after it was joined, which was two seconds ago.
        _steps.Clock.Advance(_idle - TimeSpan.FromSeconds(2) - ExpirySteps.Tick);
        Assert.Equal(Count, connector.GetConnections().Count);
        for (int i = 0; i < Count; i++)
        {
            _steps.Clock.Advance(i == 0 ? ExpirySteps.Tick : TimeSpan.FromMilliseconds(1));
            if (i % 100 == 1)
            {
                int left = Count - (i + 1) + ((i / 10) + 1);
                await Eventually.TrueAsync(() => connector.GetConnections().Count <= left, explain: () => $"{connector.GetConnections().Count} of {left}");
                Assert.Equal((left, 1), (connector.GetConnections().Count, _steps.Clock.ActiveTimers));
            }
        }

        _steps.Clock.Advance(TimeSpan.FromSeconds(2));
        await Eventually.TrueAsync(() => connector.GetConnections().Count == 0);
        await Eventually.TrueAsync(() => connector.GetStats().Closed.SequenceEqual([new CloseCount(CloseReason.IdleTimeout, null, Count)]), explain: () => connector.GetStats().ToJson());
        Assert.Equal(0, _steps.Clock.ActiveTimers);
        peers.ForEach(peer => peer.Dispose());
    }

    [Fact]
    public async Task B97_Without_a_limit_there_is_no_timer()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Patient.Options with { TimeProvider = _steps.Clock });
        await ExpirySteps.AcknowledgedAsync(pair.Connection);
        Assert.Equal(0, _steps.Clock.ActiveTimers);
        _steps.Clock.Advance(TimeSpan.FromDays(40));
        await ExpirySteps.SendAsync(pair, Side.A);
    }

    private static void Narrow(Socket socket) => socket.ReceiveBufferSize = 16 * 1024;
}
