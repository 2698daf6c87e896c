using System.Net.Sockets;
using System.Text;
using SocketConnector.Loops;
using SocketConnector.Sockets;
using SocketConnector.TestKit;
using SocketConnector.Tests.Transports;

namespace SocketConnector.Tests.Sockets;

/// <summary>A stream, seen as a socket.</summary>
public sealed class WrappedStreamTests
{
    [Fact]
    public async Task A_wait_that_is_given_up_loses_no_byte()
    {
        (MemoryEnd near, MemoryEnd far) = MemoryEnd.Pair();
        var stream = new WrappedStream(near.AsDuplex("far"));
        using var enough = new CancellationTokenSource();
        Task<int> waiting = stream.WaitReadableAsync(enough.Token).AsTask();
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(SocketError.WouldBlock, stream.Receive(new byte[8], peek: true, out _));
        await far.SayAsync("kept");
        await stream.WaitReadableAsync(TestContext.Current.CancellationToken).AsTask().InTimeAsync();
        byte[] room = new byte[8];
        Assert.Equal((SocketError.Success, 4), (stream.Receive(room, peek: true, out int seen), seen));
        Assert.Equal((SocketError.Success, 4), (stream.Receive(room, peek: false, out int taken), taken));
        Assert.Equal("kept", Encoding.ASCII.GetString(room, 0, taken));
        stream.Reset();
    }

    [Fact]
    public async Task An_end_is_seen_by_looking_although_nothing_waits_for_it()
    {
        (MemoryEnd near, MemoryEnd far) = MemoryEnd.Pair();
        var stream = new WrappedStream(near.AsDuplex("far"));
        Assert.False(stream.HasPeerEnded());
        await far.EndHalfAsync();
        await Eventually.TrueAsync(() => stream.HasPeerEnded());
        Assert.Equal((SocketError.Success, 0), (stream.Receive(new byte[1], peek: false, out int count), count));
        Assert.False(stream.HasFailed());
        stream.Close();
    }

    [Fact]
    public async Task A_failure_keeps_its_words()
    {
        (MemoryEnd near, MemoryEnd far) = MemoryEnd.Pair();
        var stream = new WrappedStream(near.AsDuplex("far"));
        far.Reset();
        SocketException error = await Assert.ThrowsAnyAsync<SocketException>(() => stream.WaitReadableAsync(TestContext.Current.CancellationToken).AsTask().InTimeAsync());
        Assert.Equal((SocketError.ConnectionReset, "the far end was cut"), (error.SocketErrorCode, error.Message));
        Assert.True(stream.HasFailed());
        stream.Reset();
    }

    [Fact]
    public async Task A_reset_cuts_a_write_that_hangs_and_ends_whatever_waits()
    {
        int aborted = 0;
        var hanging = new HangingStream();
        var stream = new WrappedStream(new DuplexStream(hanging, _ => default) { Abort = () => aborted++ });
        Task<int> sending = stream.SendAsync(new byte[10], TestContext.Current.CancellationToken).AsTask(), reading = stream.WaitReadableAsync(CancellationToken.None).AsTask();
        stream.Reset();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => sending.InTimeAsync());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => reading.InTimeAsync());
        await hanging.Disposed.InTimeAsync();
        Assert.Equal(1, aborted);
        stream.Reset();
        stream.Close();
        Assert.Equal(1, aborted);
        Assert.Throws<ObjectDisposedException>(() => stream.Look());
    }

    [Fact]
    public async Task Closing_in_order_disposes_and_does_not_cut()
    {
        int aborted = 0;
        (MemoryEnd near, MemoryEnd far) = MemoryEnd.Pair();
        var stream = new WrappedStream(new DuplexStream(near, _ => near.EndHalfAsync()) { Abort = () => aborted++ });
        Assert.Equal(5, await stream.SendAsync("whole"u8.ToArray(), TestContext.Current.CancellationToken));
        await stream.EndSendingAsync(TestContext.Current.CancellationToken);
        stream.Close();
        stream.Reset();
        Assert.Equal("whole", await far.HearToEndAsync());
        await Eventually.TrueAsync(() => near.IsClosed);
        Assert.Equal(0, aborted);
    }

    [Fact]
    public async Task The_next_write_comes_behind_one_that_was_given_up()
    {
        (MemoryEnd near, MemoryEnd far) = MemoryEnd.Pair();
        var stream = new WrappedStream(near.AsDuplex("far"));
        byte[] bytes = RandomBytes.Of(5, 40_000);
        using var enough = new CancellationTokenSource();
        Assert.Equal(16_000, await stream.SendAsync(bytes.AsMemory(0, 16_000), enough.Token).AsTask().InTimeAsync());

        // Under way from here on: nothing was before it that it would have to wait for.
        Task<int> second = stream.SendAsync(bytes.AsMemory(16_000, 16_000), enough.Token).AsTask();
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Task<string> heard = far.HashToEndAsync();
        Assert.Equal(8_000, await stream.SendAsync(bytes.AsMemory(32_000), CancellationToken.None).AsTask().InTimeAsync());
        await stream.EndSendingAsync(CancellationToken.None).AsTask().InTimeAsync();
        Assert.Equal(RandomBytes.Sha256(bytes), await heard);
        stream.Close();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_idle_stream_holds_no_buffer_where_it_can_wait_without_one(bool canWaitWithout)
    {
        var hanging = new HangingStream();
        var stream = new WrappedStream(new DuplexStream(hanging, _ => default) { SupportsZeroByteReads = canWaitWithout });
        Task<int> waiting = stream.WaitReadableAsync(CancellationToken.None).AsTask();
        Assert.Equal(canWaitWithout, await hanging.FirstRead.InTimeAsync() == 0);
        Assert.Equal(Readiness.Output, stream.Look());
        stream.Reset();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting.InTimeAsync());
    }
}
