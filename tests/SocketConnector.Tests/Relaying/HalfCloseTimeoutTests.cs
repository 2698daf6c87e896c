using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

public sealed class HalfCloseTimeoutTests
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _tick = TimeSpan.FromTicks(1);
    private readonly ManualClock _clock = new();

    [Theory]
    [MemberData(nameof(Modes.AllWithSides), MemberType = typeof(Modes))]
    public async Task B43_A_side_that_never_ends_its_half_is_ended_at_the_tick(Mode mode, Side ending)
    {
        await using RelayedPair pair = await StartAsync(mode);
        Side silent = ending == Side.A ? Side.B : Side.A;
        await EndHalfAsync(pair, ending);

        _clock.Advance(_timeout - _tick);
        Assert.Equal(1, _clock.ActiveTimers);
        Assert.False(pair.Connection.Completion.IsCompleted, "it was ended before its time");
        _clock.Advance(_tick);

        CloseInfo end = await pair.Connection.Completion.InTimeAsync();
        Assert.Equal((CloseReason.HalfCloseTimeout, silent), (end.Reason, end.Side));
        Assert.Equal(0, _clock.ActiveTimers);
        Assert.NotNull((await pair[ending].ReadToWhateverEndAsync()).Error);

        // This one has read the end of the other's stream already; that there was a reset behind it shows when it writes.
        await Assert.ThrowsAsync<SocketException>(() => pair[silent].WriteAsync("too late").InTimeAsync());
    }

    [Fact]
    public async Task B43_Every_byte_starts_it_anew()
    {
        await using RelayedPair pair = await StartAsync(Mode.ServerToServer);
        await EndHalfAsync(pair, Side.A);

        for (int i = 1; i <= 5; i++)
        {
            _clock.Advance(_timeout - _tick);
            await pair.B.WriteAsync(".");
            Assert.Equal(".", await pair.A.ReadTextAsync(1));
            await Eventually.TrueAsync(() => pair.Connection.BytesBToA == i);
        }

        _clock.Advance(_timeout - _tick);
        Assert.False(pair.Connection.Completion.IsCompleted, "it was ended before its time");
        _clock.Advance(_tick);
        CloseInfo end = await pair.Connection.Completion.InTimeAsync();
        Assert.Equal((CloseReason.HalfCloseTimeout, Side.B), (end.Reason, end.Side));
    }

    [Fact]
    public async Task B43_An_idle_connection_that_is_open_both_ways_outlives_it()
    {
        await using RelayedPair pair = await StartAsync(Mode.ServerToServer);

        _clock.Advance(100 * _timeout);

        Assert.Equal(0, _clock.ActiveTimers);
        await pair.A.WriteAsync("still here");
        Assert.Equal("still here", await pair.B.ReadTextAsync(10));
        await pair.B.WriteAsync("and there");
        Assert.Equal("and there", await pair.A.ReadTextAsync(9));
    }

    [Fact]
    public async Task B43_Its_time_counts_from_the_end_of_the_half_not_from_the_join()
    {
        await using RelayedPair pair = await StartAsync(Mode.ServerToServer);
        _clock.Advance(10 * _timeout);
        await EndHalfAsync(pair, Side.B);

        _clock.Advance(_timeout - _tick);
        Assert.False(pair.Connection.Completion.IsCompleted, "it was ended before its time");
        await pair.A.WriteAsync("in time");
        pair.A.EndHalf();

        Assert.Equal("in time", await pair.B.ReadTextToEndAsync());
        Assert.Equal(CloseReason.Completed, (await pair.Connection.Completion.InTimeAsync()).Reason);
        Assert.Equal(0, _clock.ActiveTimers);
    }

    [Fact]
    public async Task B43_Infinity_never_ends_it()
    {
        await using RelayedPair pair = await StartAsync(Mode.ServerToServer, Timeout.InfiniteTimeSpan);
        await pair.A.WriteAsync("all");
        pair.A.EndHalf();
        Assert.Equal("all", await pair.B.ReadTextToEndAsync());

        _clock.Advance(TimeSpan.FromDays(365));

        await pair.B.WriteAsync("a year later");
        pair.B.EndHalf();
        Assert.Equal("a year later", await pair.A.ReadTextToEndAsync());
    }

    [Fact]
    public async Task B43_A_slow_reader_is_not_cut_while_the_system_still_hands_it_its_tail()
    {
        const int Bytes = 2 * 1024 * 1024;
        await using RelayedPair pair = await StartAsync(Mode.ServerToServer, configure: Narrow);
        byte[] sent = RandomBytes.Of(seed: 43, Bytes);
        await pair.A.WriteAsync(sent).InTimeAsync();
        pair.A.EndHalf();
        await Eventually.TrueAsync(() => _clock.ActiveTimers == 1);
        Assert.Equal(Bytes, pair.Connection.BytesAToB);

        // All is handed over: from here on only the system's queue tells that B is reading.
        var seen = new List<byte>();
        while (seen.Count < Bytes)
        {
            seen.AddRange(await pair.B.ReadAsync(Math.Min(128 * 1024, Bytes - seen.Count)));
            _clock.Advance(_timeout - _tick);
        }

        Assert.Equal(RandomBytes.Sha256(sent), RandomBytes.Sha256(seen.ToArray()));
        await pair.B.WriteAsync("thanks");
        pair.B.EndHalf();
        Assert.Equal("thanks", await pair.A.ReadTextToEndAsync());
        Assert.Equal(CloseReason.Completed, (await pair.Connection.Completion.InTimeAsync()).Reason);
    }

    [Fact]
    public async Task B43_A_slow_reader_of_the_reply_is_not_cut_either()
    {
        const int Bytes = 4 * 1024 * 1024;
        await using RelayedPair pair = await StartAsync(Mode.ServerToServer, configure: Narrow);
        await EndHalfAsync(pair, Side.A);
        var reply = Pouring.Start(pair.B, Bytes);
        await reply.StuckAsync();

        // Less at a time than the relay hands over at a time, so that its own counters stand still for long.
        long read = 0;
        for (int i = 0; i < 12; i++)
        {
            read += (await pair.A.ReadAsync(16 * 1024)).Length;
            await Task.Yield();
            _clock.Advance(_timeout - _tick);
        }

        (long rest, _) = await pair.A.HashToEndAsync();
        Assert.Equal(Bytes, read + rest);
        Assert.Equal(CloseReason.Completed, (await pair.Connection.Completion.InTimeAsync()).Reason);
    }

    [Fact]
    public async Task B43_A_reader_that_stops_for_good_is_cut()
    {
        await using RelayedPair pair = await StartAsync(Mode.ServerToServer, configure: Narrow);
        await pair.A.WriteAsync(new byte[2 * 1024 * 1024]).InTimeAsync();
        pair.A.EndHalf();
        await Eventually.TrueAsync(() => _clock.ActiveTimers == 1);

        // Whatever was on its way when the timer was set may count as movement once.
        _clock.Advance(2 * _timeout);

        CloseInfo end = await pair.Connection.Completion.InTimeAsync();
        Assert.Equal((CloseReason.HalfCloseTimeout, Side.B), (end.Reason, end.Side));
    }

    private static void Narrow(Socket socket) => socket.ReceiveBufferSize = 16 * 1024;

    private Task<RelayedPair> StartAsync(Mode mode, TimeSpan? timeout = null, Action<Socket>? configure = null) => RelayedPair.StartAsync(
        mode, Patient.Options with { HalfCloseTimeout = timeout ?? _timeout, TimeProvider = _clock }, configure: configure);

    private async Task EndHalfAsync(RelayedPair pair, Side side)
    {
        Assert.Equal(0, _clock.ActiveTimers);
        pair[side].EndHalf();
        Assert.Empty(await pair[side == Side.A ? Side.B : Side.A].ReadToEndAsync());
        await Eventually.TrueAsync(() => _clock.ActiveTimers == 1);
    }
}
