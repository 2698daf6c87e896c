using System.Diagnostics;
using System.Net.Sockets;
using SocketConnector.Joining;
using SocketConnector.Loops;
using SocketConnector.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

/// <summary>A reader that has stopped while its sender ends or resets: neither may pin the pair.</summary>
public sealed class StalledReaderTests
{
    private const int Bytes = 64 * 1024 * 1024;
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _held = TimeSpan.FromMilliseconds(500);
    private readonly ManualClock _clock = new();

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task B76_A_sender_that_ends_before_a_stopped_reader_is_ended_with_it(Side stopped, bool isTransformed)
    {
        await using RelayedPair pair = await StartAsync(isTransformed);
        await PourUntilHeldAsync(pair, stopped);
        pair[stopped.Other()].EndHalf();
        await ArrivedAsync(pair, stopped);

        await AdvanceUntilOverAsync(pair);

        CloseInfo end = await pair.Connection.Completion.InTimeAsync();
        Assert.Equal((CloseReason.HalfCloseTimeout, stopped), (end.Reason, end.Side));
        Assert.NotNull((await pair[stopped].ReadToWhateverEndAsync()).Error);
        Assert.Equal(0, _clock.ActiveTimers);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task B76_What_a_sender_wrote_before_it_ended_arrives_whole_once_the_reader_goes_on(Side stopped, bool isTransformed)
    {
        await using RelayedPair pair = await StartAsync(isTransformed);
        long sent = await PourUntilHeldAsync(pair, stopped);
        pair[stopped.Other()].EndHalf();
        await ArrivedAsync(pair, stopped);
        _clock.Advance(_timeout / 2);

        (long count, _) = await pair[stopped].HashToEndAsync();

        Assert.Equal(sent, count);
        pair[stopped].EndHalf();
        Assert.Equal(CloseReason.Completed, (await pair.Connection.Completion.InTimeAsync()).Reason);
        await Eventually.TrueAsync(() => _clock.ActiveTimers == 0);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task B76_A_sender_that_resets_before_a_stopped_reader_resets_it_at_once(Side stopped, bool isTransformed)
    {
        await using RelayedPair pair = await StartAsync(isTransformed);
        var pouring = Pouring.Start(pair[stopped.Other()], Bytes);
        await pouring.StuckAsync();
        pair[stopped.Other()].Reset();

        // On the portable engine somebody has to look, by the connector's clock.
        await Eventually.TrueAsync(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return pair.Connection.Completion.IsCompleted;
        });
        CloseInfo end = await pair.Connection.Completion.InTimeAsync();
        Assert.Equal((CloseReason.PeerReset, stopped.Other()), (end.Reason, end.Side));
        Assert.NotNull((await pair[stopped].ReadToWhateverEndAsync()).Error);
        await Assert.ThrowsAnyAsync<Exception>(() => pouring.Sha256);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task B84_Bytes_around_an_urgent_one_that_had_arrived_are_delivered_by_an_end(Side stopped, bool isTransformed)
    {
        await using RelayedPair pair = await StartAsync(isTransformed);
        long sent = await PourUntilHeldAsync(pair, stopped);
        Socket sender = pair[stopped.Other()].Socket;
        await sender.SendAsync(new byte[3]);
        await sender.SendAsync("!"u8.ToArray(), SocketFlags.OutOfBand);
        await sender.SendAsync(new byte[1000]);
        await Eventually.TrueAsync(() => DescriptorSettings.Queued((int)sender.Handle, Kernel.OutputQueue) == 0);

        Task ending = pair.Connection.EndAsync(TestContext.Current.CancellationToken);

        Assert.Equal(sent + 1003, (await pair[stopped].HashToEndAsync()).Count);
        await Eventually.TrueAsync(() =>
        {
            _clock.Advance(Parting.FirstLook);
            return ending.IsCompleted;
        });
        Assert.Equal(CloseReason.Ended, (await pair.Connection.Completion).Reason);
    }

    [Fact]
    public async Task B76_A_reader_that_stops_while_both_sides_are_open_is_waited_for()
    {
        await using RelayedPair pair = await StartAsync(isTransformed: false);
        var pouring = Pouring.Start(pair.A, Bytes);
        await pouring.StuckAsync();

        _clock.Advance(10 * _timeout);

        (long count, string hash) = await pair.B.HashToEndAsync();
        Assert.Equal((Bytes, await pouring.Sha256.InTimeAsync()), (count, hash));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task B76_Draining_is_over_although_a_reader_has_stopped(bool hasEnded)
    {
        await using RelayedPair pair = await StartAsync(isTransformed: false);
        Pouring pouring = Pouring.Start(pair.A, Bytes);
        await pouring.StuckAsync();
        if (hasEnded)
        {
            // The end waits in the sender's own system, behind what finds no room here.
            pair.A.EndHalf();
        }

        Task stopping = pair.Connector.StopAsync(CancellationToken.None);
        await AdvanceUntilOverAsync(pair);

        await stopping.InTimeAsync();
        CloseInfo end = await pair.Connection.Completion;
        Assert.Equal((CloseReason.HalfCloseTimeout, Side.B), (end.Reason, end.Side));
        await Assert.ThrowsAnyAsync<Exception>(() => pouring.Sha256);
    }

    public static TheoryData<Side, bool> Cases() => new() { { Side.A, false }, { Side.B, false }, { Side.A, true }, { Side.B, true } };

    private Task<RelayedPair> StartAsync(bool isTransformed)
    {
        DataTransformer? copying = isTransformed ? static (source, destination, token) => source.CopyToAsync(destination, token) : null;
        var side = new SideOptions { Transformer = copying };
        return RelayedPair.StartAsync(
            Mode.ServerToServer, Patient.Options with { HalfCloseTimeout = _timeout, TimeProvider = _clock }, side, side);
    }

    /// <summary>Pours until the relay reads no more, but no further than its receive buffer takes: an end behind that still arrives.</summary>
    private static async Task<long> PourUntilHeldAsync(RelayedPair pair, Side stopped)
    {
        TestPeer sender = pair[stopped.Other()];
        Peer peer = stopped == Side.B ? pair.Connection.PeerA : pair.Connection.PeerB;
        byte[] chunk = RandomBytes.Of(seed: 76, 16 * 1024);
        for (long sent = chunk.Length; sent <= Bytes; sent += chunk.Length)
        {
            await sender.WriteAsync(chunk).InTimeAsync();
            if (!await IsReadAsync(pair, stopped, peer, sent))
            {
                return sent;
            }
        }

        throw new InvalidOperationException("the relay holds everything");
    }

    /// <summary>Whether the relay reads it all; if not, the side has held it up for a while, and no busy machine.</summary>
    private static async Task<bool> IsReadAsync(RelayedPair pair, Side stopped, Peer sender, long sent)
    {
        long? since = null;
        await Eventually.TrueAsync(() =>
        {
            since = Inside.HoldsUp(pair.Connection, stopped) ? since ?? Stopwatch.GetTimestamp() : null;
            return sender.BytesReceived == sent || (since is long begun && Stopwatch.GetElapsedTime(begun) > _held);
        });
        return sender.BytesReceived == sent;
    }

    /// <summary>Waits until the connector limits the silence, which it does once it knows of the end.</summary>
    private Task ArrivedAsync(RelayedPair pair, Side stopped) => Eventually.TrueAsync(
        () =>
        {
            // The portable engine looks from time to time, by this clock.
            _clock.Advance(TimeSpan.FromMilliseconds(500));
            return Inside.LimitsSilence(pair.Connection);
        },
        explain: () => $"side {stopped} has stopped");

    private async Task AdvanceUntilOverAsync(RelayedPair pair)
    {
        // Whatever was on its way may count as movement once.
        await Eventually.TrueAsync(
            () =>
            {
                _clock.Advance(_timeout);
                return pair.Connection.Completion.IsCompleted;
            },
            explain: () => $"{_clock.ActiveTimers} timers");
    }
}
