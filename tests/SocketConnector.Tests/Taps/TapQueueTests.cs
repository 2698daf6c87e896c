using SocketConnector.Diagnostics;
using SocketConnector.Taps;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Taps;

/// <summary>The bounds of what waits for a tap.</summary>
public sealed class TapQueueTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_missed_behind_the_last_chunk_is_told_by_the_end_or_the_close(bool isEnded)
    {
        using var goOn = new ManualResetEventSlim();
        var tap = new SeeingTap { Acting = _ => goOn.Wait(Eventually.Deadline, CancellationToken.None) };
        var taps = new TapSet(1, new Observer(Patient.Options), TimeProvider.System);
        using AttachedTap attached = taps.Attach(tap);
        taps.Show(Side.B, new byte[AttachedTap.MaxBytes]);
        taps.Show(Side.B, new byte[7]);
        if (isEnded)
        {
            taps.ShowEnd(Side.B);
        }

        taps.Close(new CloseInfo(CloseReason.Completed, Side.B, null, TimeSpan.Zero));
        goOn.Set();
        Assert.Equal(7, (await tap.Closed.InTimeAsync()).Missed);
        Assert.Equal(7, tap.MissedBefore);
    }

    [Fact]
    public void A_tap_that_detaches_itself_is_called_no_more_and_one_that_did_before_never()
    {
        SeeingTap attached = new(), never = new();
        var taps = new TapSet(1, new Observer(Patient.Options), TimeProvider.System);
        never.Detach();
        taps.Attach(never);
        taps.Attach(attached);
        attached.Detach();
        Assert.True(taps.IsEmpty, "both are gone, so that nothing is copied for them");
        var twice = new SeeingTap();
        taps.Attach(twice);
        Assert.Throws<InvalidOperationException>(() => taps.Attach(twice));
    }

    [Theory]
    [InlineData(1, AttachedTap.MaxChunks)]
    [InlineData(64 * 1024, 16)]
    [InlineData(100_000, 10)]
    [InlineData(3 * AttachedTap.MaxBytes, 1)]
    public async Task A_queue_holds_so_many_chunks_and_so_many_bytes(int size, int most)
    {
        using var goOn = new ManualResetEventSlim();
        var tap = new SeeingTap { Acting = _ => goOn.Wait(Eventually.Deadline, CancellationToken.None) };
        var taps = new TapSet(1, new Observer(Patient.Options), TimeProvider.System);
        using AttachedTap attached = taps.Attach(tap);
        byte[] chunk = new byte[size];
        for (int i = 0; i < most + 5; i++)
        {
            taps.Show(Side.A, chunk);
        }

        taps.Close(new CloseInfo(CloseReason.Completed, Side.A, null, TimeSpan.Zero));
        goOn.Set();
        Assert.Equal(5L * size, (await tap.Closed.InTimeAsync()).Missed);
        Assert.Equal(most, tap.Calls.Count(call => call == "A"));
    }

    [Fact]
    public async Task What_a_pipe_holds_when_a_tap_comes_is_missed_once_by_that_tap()
    {
        SeeingTap early = new(), late = new();
        var taps = new TapSet(1, new Observer(Patient.Options), TimeProvider.System);
        taps.Attach(early);
        taps.MissHeld(Side.A, 0);
        taps.Attach(late);
        taps.MissHeld(Side.A, 10);
        taps.MissHeld(Side.A, 5);
        taps.Show(Side.A, "after"u8);
        taps.Close(new CloseInfo(CloseReason.Completed, Side.A, null, TimeSpan.Zero));
        Assert.Equal((0, 10), ((await early.Closed.InTimeAsync()).Missed, (await late.Closed.InTimeAsync()).Missed));
        Assert.Equal((0, 10), (early.MissedBefore, late.MissedBefore));
    }

    [Fact]
    public void The_log_of_traffic_says_what_it_missed()
    {
        using var log = new LogCollector();
        var traffic = new TrafficLog(TrafficDisplay.Of(log.CreateLogger("traffic"), 7, new ConnectorOptions()), new TrafficOptions());
        traffic.OnData(new TapChunk(Side.B, DateTimeOffset.UnixEpoch, "after"u8, missed: 12));
        traffic.OnClosed(new TapClosed(new CloseInfo(CloseReason.Completed, Side.B, null, TimeSpan.Zero), DateTimeOffset.UnixEpoch, missed: 20));
        Assert.Equal(
            ["#7 12 bytes of B are not shown: the log is behind", "B -> A #7 after", "#7 20 bytes in all were not shown: the log was behind"],
            log.Entries.Select(entry => entry.Message));
    }
}
