using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using SocketConnector.Engine;
using SocketConnector.Pumping;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

/// <summary>Connections that may relay only so much in so much time; what is exact about it is shown of the pacer alone.</summary>
public sealed class BandwidthTests
{
    private const int Rate = 100_000;

    private static readonly TimeSpan _step = TimeSpan.FromMilliseconds(10);

    private readonly ManualClock _clock = new();

    private ConnectorOptions Manual => Patient.Options with { TimeProvider = _clock };

    [Theory]
    [MemberData(nameof(Modes.AllWithSides), MemberType = typeof(Modes))]
    public async Task B98_A_peer_sends_no_faster_than_its_side_may_and_the_other_as_it_likes(Mode mode, Side side)
    {
        const int Bytes = 30_000;
        await using RelayedPair pair = await StartAsync(mode, side);
        Side other = side == Side.A ? Side.B : Side.A;
        byte[] sent = RandomBytes.Of(seed: 98, Bytes);
        await pair[side].WriteAsync(sent);
        await HeldBackAsync(pair);

        // Meanwhile the other way.
        await pair[other].WriteAsync(sent);
        Assert.Equal(RandomBytes.Sha256(sent), RandomBytes.Sha256(await pair[side].ReadAsync(Bytes)));

        TimeSpan passed = TimeSpan.Zero;
        while (Delivered(pair, side) < Bytes)
        {
            Assert.InRange(Delivered(pair, side), 1, (Rate / 20) + (passed.TotalSeconds * Rate));
            _clock.Advance(_step);
            passed += _step;
            await HeldBackAsync(pair, orDone: () => Delivered(pair, side) == Bytes);
        }

        Assert.InRange(passed.TotalSeconds, 0.9 * (Bytes - (Rate / 20)) / Rate, 1.2 * (Bytes - (Rate / 20)) / Rate);
        Assert.Equal(RandomBytes.Sha256(sent), RandomBytes.Sha256(await pair[other].ReadAsync(Bytes)));
    }

    [Fact]
    public async Task B98_Through_a_transformer_too()
    {
        const int Bytes = 20_000;
        var copying = new SideOptions { Bandwidth = Rate, Transformer = static (source, destination, token) => source.CopyToAsync(destination, token) };
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Manual, copying);
        byte[] sent = RandomBytes.Of(seed: 98, Bytes);
        await pair.A.WriteAsync(sent);
        pair.A.EndHalf();
        await HeldBackAsync(pair);
        await Eventually.TrueAsync(() => pair.Connection.BytesAToB == Rate / 20);

        Task<byte[]> reading = pair.B.ReadToEndAsync();
        await PassTimeUntilAsync(() => reading.IsCompleted);
        Assert.Equal(RandomBytes.Sha256(sent), RandomBytes.Sha256(await reading));
    }

    [Fact]
    public async Task B98_All_connections_together_keep_to_the_connector_s_rate_and_share_it()
    {
        const int Count = 4, TotalRate = 400_000;
        await using Connector connector = await Connector.ServerToServerAsync(
            new ListenOptions(IPAddress.Loopback, 0), new ListenOptions(IPAddress.Loopback, 0), Patient.Options with { Bandwidth = TotalRate }, TestContext.Current.CancellationToken);
        var peers = new List<TestPeer>();
        for (int i = 0; i < Count; i++)
        {
            peers.Add(await TestPeer.ConnectAsync(connector.EndPointA!));
            peers.Add(await TestPeer.ConnectAsync(connector.EndPointB!));
            int joined = i + 1;
            await Eventually.TrueAsync(() => connector.GetConnections().Count == joined);
        }

        // Both ways in one of them: its two directions count as two.
        byte[] much = new byte[4 * 1024 * 1024];
        long start = Stopwatch.GetTimestamp();
        Task[] flows = [.. Enumerable.Range(0, Count).Select(i => FlowAsync(peers[2 * i], peers[(2 * i) + 1], much))];
        await Eventually.TrueAsync(() => Sum(connector) >= 2 * TotalRate);
        TimeSpan passed = Stopwatch.GetElapsedTime(start);
        long moved = Sum(connector);
        long[] each = [.. connector.GetConnections().Select(connection => connection.BytesAToB)];

        // What moved between the two looks is part of it; a machine that is busy may take longer, never less.
        Assert.InRange(passed.TotalSeconds, 1.9, 20);
        Assert.InRange(moved, 2 * TotalRate, (Stopwatch.GetElapsedTime(start).TotalSeconds + 0.1) * TotalRate);
        Assert.InRange((double)each.Max() / each.Min(), 1, 1.5);
        peers.ForEach(peer => peer.Dispose());
        await Task.WhenAll(flows).InTimeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task B98_What_was_sent_before_an_end_arrives_and_then_the_end_however_long_it_is_held_back(bool inAll)
    {
        const int Bytes = 12_000;
        TimeSpan soon = TimeSpan.FromMilliseconds(3);

        // Each read is held back for longer than the connection may be silent.
        await using RelayedPair pair = await RelayedPair.StartAsync(
            Mode.ServerToServer,
            Manual with { HalfCloseTimeout = soon, IdleTimeout = soon, Bandwidth = inAll ? 10_000 : null },
            new SideOptions { Bandwidth = inAll ? null : 10_000 });
        byte[] sent = RandomBytes.Of(seed: 98, Bytes);
        await pair.A.WriteAsync(sent);
        pair.A.EndHalf();
        await HeldBackAsync(pair);

        Task<byte[]> reading = pair.B.ReadToEndAsync();
        while (!reading.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            await HeldBackAsync(pair, orDone: () => reading.IsCompleted);
        }

        Assert.Equal(RandomBytes.Sha256(sent), RandomBytes.Sha256(await reading));
        pair.B.EndHalf();
        Assert.Empty(await pair.A.ReadToEndAsync());
        Assert.Equal((CloseReason.Completed, (Side?)Side.A), await ReasonAsync(pair));
    }

    [Fact]
    public async Task B98_A_reset_of_a_peer_that_is_held_back_is_passed_on()
    {
        await using RelayedPair pair = await StartAsync(Mode.ServerToServer, Side.A);
        await pair.A.WriteAsync(new byte[50_000]);
        await HeldBackAsync(pair);

        pair.A.Reset();

        // The Linux engine is told; the portable one looks twice a second.
        await PassTimeUntilAsync(() => pair.Connection.Completion.IsCompleted);
        Assert.Equal((CloseReason.PeerReset, (Side?)Side.A), await ReasonAsync(pair));
        Assert.NotNull((await pair.B.ReadToWhateverEndAsync()).Error);
    }

    [Theory]
    [InlineData("abort")]
    [InlineData("dispose")]
    [InlineData("stop")]
    [InlineData("far side resets")]
    public async Task B98_It_ends_at_once_though_it_is_held_back(string how)
    {
        await using RelayedPair pair = await StartAsync(Mode.ServerToServer, Side.A);
        await pair.A.WriteAsync(new byte[50_000]);
        await HeldBackAsync(pair);

        using var enough = new CancellationTokenSource();
        Task ending = Task.CompletedTask;
        switch (how)
        {
            case "abort":
                pair.Connection.Abort();
                break;
            case "dispose":
                ending = pair.Connector.DisposeAsync().AsTask();
                break;
            case "stop":
                ending = pair.Connector.StopAsync(enough.Token);
                await enough.CancelAsync();
                break;
            default:
                pair.B.Reset();
                break;
        }

        (CloseReason Reason, Side? Side) end = await ReasonAsync(pair);
        Assert.Equal(how == "far side resets" ? (CloseReason.PeerReset, Side.B) : (CloseReason.Aborted, (Side?)null), end);
        await ending.InTimeAsync();
    }

    [Fact]
    public async Task B98_Ended_in_order_it_still_delivers_what_had_arrived()
    {
        const int Bytes = 20_000;
        await using RelayedPair pair = await StartAsync(Mode.ServerToServer, Side.A);
        byte[] sent = RandomBytes.Of(seed: 98, Bytes);
        await pair.A.WriteAsync(sent);
        await HeldBackAsync(pair);
        await Eventually.TrueAsync(() => Inside.StreamOf(pair.Connection, Side.A).Available == Bytes - (int)pair.Connection.BytesAToB);

        Task ending = pair.Connection.EndAsync(TestContext.Current.CancellationToken);
        Task<byte[]> reading = pair.B.ReadToEndAsync();
        await PassTimeUntilAsync(() => reading.IsCompleted);
        Assert.Equal(RandomBytes.Sha256(sent), RandomBytes.Sha256(await reading));
        Assert.Empty(await pair.A.ReadToEndAsync());
        pair.A.Dispose();
        pair.B.Dispose();
        await PassTimeUntilAsync(() => ending.IsCompleted);
        Assert.Equal((CloseReason.Ended, (Side?)null), await ReasonAsync(pair));
    }

    [Fact]
    public async Task B98_Without_a_rate_a_connection_is_relayed_as_ever()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Manual);
        Assert.Equal(TestEngine.Plain == RelayEngine.Linux ? typeof(LinuxPump) : typeof(PortablePump), Inside.PumpOf(pair.Connection).GetType());
        Assert.Equal(0, _clock.ActiveTimers);
    }

    [Fact]
    public async Task B98_With_one_it_has_the_engine_that_it_would_have()
    {
        await using RelayedPair pair = await StartAsync(Mode.ServerToSocket, Side.B);
        Assert.Equal(TestEngine.Plain, pair.Connection.Engine);
    }

    private static async Task FlowAsync(TestPeer from, TestPeer to, byte[] bytes)
    {
        try
        {
            await Task.WhenAll(from.WriteAsync(bytes), to.ReadAsync(bytes.Length));
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The test has seen enough.
        }
    }

    private static long Sum(Connector connector) => connector.GetConnections().Sum(connection => connection.BytesAToB + connection.BytesBToA);

    private static long Delivered(RelayedPair pair, Side from) => from == Side.A ? pair.Connection.BytesAToB : pair.Connection.BytesBToA;

    private Task<RelayedPair> StartAsync(Mode mode, Side limited)
    {
        var slow = new SideOptions { Bandwidth = Rate };
        return RelayedPair.StartAsync(mode, Manual, limited == Side.A ? slow : null, limited == Side.B ? slow : null);
    }

    /// <summary>Until nothing but time is missing.</summary>
    private static Task HeldBackAsync(RelayedPair pair, Func<bool>? orDone = null) =>
        Eventually.TrueAsync(() => Inside.IsHeldBack(pair.Connection) || orDone?.Invoke() == true);

    private Task PassTimeUntilAsync(Func<bool> condition) => Eventually.TrueAsync(() =>
    {
        _clock.Advance(_step);
        return condition();
    });

    private static async Task<(CloseReason Reason, Side? Side)> ReasonAsync(RelayedPair pair)
    {
        CloseInfo end = await pair.Connection.Completion.InTimeAsync();
        return (end.Reason, end.Side);
    }
}
