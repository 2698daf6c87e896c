using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

public sealed class HalfCloseTimeoutTests
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _tick = TimeSpan.FromTicks(1);
    private readonly ManualClock _clock = new();

    private ConnectorOptions Options => Patient.Options with { TimeProvider = _clock };

    [Theory]
    [MemberData(nameof(Modes.AllWithSides), MemberType = typeof(Modes))]
    public async Task B43_A_side_that_never_ends_its_half_is_ended_to_the_tick(Mode mode, Side endless)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, Options);
        (TestPeer ended, TestPeer silent) = (pair[Other(endless)], pair[endless]);
        await EndHalfAsync(ended, silent);

        _clock.Advance(_timeout - _tick);
        Assert.False(pair.Connection.Completion.IsCompleted, "it ended before its time");
        _clock.Advance(_tick);

        CloseInfo end = await pair.Connection.Completion.InTimeAsync();
        Assert.Equal((CloseReason.HalfCloseTimeout, endless), (end.Reason, end.Side));
        Assert.Equal(SocketError.ConnectionReset, (await ended.ReadToWhateverEndAsync()).Error);

        // It has read its end of stream already; that it was reset shows as an error on the socket.
        await Eventually.TrueAsync(() => silent.Socket.Poll(0, SelectMode.SelectError));
    }

    [Fact]
    public async Task B43_Every_byte_starts_the_time_anew()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Options);
        await EndHalfAsync(pair.A, pair.B);

        for (int i = 1; i <= 5; i++)
        {
            _clock.Advance(_timeout - _tick);
            await pair.B.WriteAsync("x");
            await pair.A.ReadTextAsync(1);
            await Eventually.TrueAsync(() => pair.Connection.BytesBToA == i);
        }

        _clock.Advance(_timeout - _tick);
        Assert.False(pair.Connection.Completion.IsCompleted, "it ended although bytes had moved");
        _clock.Advance(_tick);
        Assert.Equal(CloseReason.HalfCloseTimeout, (await pair.Connection.Completion.InTimeAsync()).Reason);
    }

    [Fact]
    public async Task B43_A_connection_that_is_open_both_ways_outlives_it()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Options);

        _clock.Advance(_timeout * 100);

        await pair.A.WriteAsync("still");
        Assert.Equal("still", await pair.B.ReadTextAsync(5));
        Assert.Equal(0, _clock.ActiveTimers);
    }

    [Fact]
    public async Task B43_A_slow_reader_of_the_tail_that_the_kernel_holds_is_not_cut()
    {
        const int Tail = 300_000;
        await using RelayedPair pair = await RelayedPair.StartAsync(
            Mode.ServerToServer, Options, configure: socket => (socket.ReceiveBufferSize, socket.SendBufferSize) = (4096, 1 << 20));
        byte[] sent = RandomBytes.Of(43, Tail);
        await pair.A.WriteAsync(sent);
        pair.A.EndHalf();

        // The relay has handed everything to the kernel, and nothing moves any more as far as it can count.
        await Eventually.TrueAsync(() => pair.Connection.BytesAToB == Tail && _clock.ActiveTimers == 1, explain: () => $"{pair.Connection.BytesAToB} of {Tail}");
        using var read = new MemoryStream();
        while (read.Length < Tail - 10_000)
        {
            await read.WriteAsync(await pair.B.ReadAsync(10_000), TestContext.Current.CancellationToken);
            _clock.Advance(_timeout);
            Assert.False(pair.Connection.Completion.IsCompleted, $"cut after {read.Length} of {Tail} bytes, though the reader read on");
        }

        await read.WriteAsync(await pair.B.ReadToEndAsync(), TestContext.Current.CancellationToken);
        Assert.Equal(RandomBytes.Sha256(sent), RandomBytes.Sha256(read.ToArray()));
    }

    /// <summary>Ends a half, and waits until the far side has seen it and the time runs.</summary>
    private async Task EndHalfAsync(TestPeer ending, TestPeer far)
    {
        ending.EndHalf();
        await far.ReadToEndAsync();
        await Eventually.TrueAsync(() => _clock.ActiveTimers == 1);
    }

    private static Side Other(Side side) => side == Side.A ? Side.B : Side.A;
}
