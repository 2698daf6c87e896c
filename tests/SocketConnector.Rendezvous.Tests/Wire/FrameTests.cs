using System.Buffers;
using SocketConnector.Rendezvous.Wire;
using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.Tests.Wire;

public sealed class FrameTests
{
    private static readonly byte[] _ping = FrameWriter.ToBytes(new PingFrame()).ToArray();

    [Fact]
    public void Each_is_read_as_it_was_written_and_what_follows_is_left() => Assert.All(Frames.All, sample =>
    {
        ReadOnlyMemory<byte> bytes = FrameWriter.ToBytes(sample.Frame);
        byte[] twice = [.. bytes.Span, .. bytes.Span];
        foreach (int size in (int[])[1, 2, 3, bytes.Length, twice.Length])
        {
            ReadOnlySequence<byte> input = Pieces.Of(twice, size);
            Assert.Equal((OperationStatus.Done, null), (FrameReader.Read(ref input, sample.Sender, out Frame? frame, out string? error), error));
            Assert.Equal(Frames.Told(sample.Frame), Frames.Told(frame));
            Assert.Equal(bytes.ToArray(), input.ToArray());
        }
    });

    [Fact]
    public void What_goes_to_a_buffer_is_the_same() => Assert.All(Frames.All, sample =>
    {
        var output = new ArrayBufferWriter<byte>();
        FrameWriter.Write(sample.Frame, output);
        Assert.Equal(FrameWriter.ToBytes(sample.Frame).ToArray(), output.WrittenSpan.ToArray());
        Assert.InRange(output.WrittenCount, FrameBounds.PrefixLength + 1, FrameBounds.MaxFrameLength);
    });

    [Fact]
    public void What_is_read_survives_its_buffer() => Assert.All(Frames.All, sample =>
    {
        byte[] bytes = FrameWriter.ToBytes(sample.Frame).ToArray();
        Assert.Equal(OperationStatus.Done, Frames.Read(bytes, sample.Sender, out Frame? frame, out _));
        bytes.AsSpan().Fill(0xFF);
        Assert.Equal(Frames.Told(sample.Frame), Frames.Told(frame));
    });

    [Theory]
    [InlineData(1, 1)]
    [InlineData(10_000, 1)]
    [InlineData(10_001, 2)]
    public void A_time_is_rounded_up(long ticks, int milliseconds)
    {
        ReadOnlyMemory<byte> bytes = FrameWriter.ToBytes(new OpenFrame(TimeSpan.FromTicks(ticks), null));
        Frames.Read(bytes, FrameSender.Relay, out Frame? frame, out _);
        Assert.Equal(new OpenFrame(TimeSpan.FromMilliseconds(milliseconds), null), frame);
    }

    [Fact]
    public void What_no_reader_takes_is_not_written() => Assert.All(
        (Frame[])
        [
            new HelloFrame([], null),
            new HelloFrame([0], null),
            new HelloFrame([2, 1], null),
            new HelloFrame([.. Enumerable.Range(1, FrameBounds.MaxVersions + 1)], null),
            new HelloFrame([1], new string('é', (FrameBounds.MaxProgramLength / 2) + 1)),
            new HelloFrame([1], "\uD800"),
            new JoinFrame(default, (EndRole)3, null, default),
            new JoinFrame(default, EndRole.Listen, "", default),
            new JoinFrame(default, EndRole.Listen, "a b", default),
            new JoinFrame(default, EndRole.Listen, null, new byte[1]),
            new JoinFrame(default, EndRole.Connect, null, new byte[FrameBounds.MaxEarlyLength + 1]),
            new WelcomeFrame(0, TimeSpan.FromSeconds(1), null),
            new WelcomeFrame(1, TimeSpan.Zero, null),
            new WaitFrame(Timeout.InfiniteTimeSpan),
            new OpenFrame(TimeSpan.MaxValue, null),
            new RefusedFrame((RefusalCode)256, null),
            new GoAwayFrame(TimeSpan.Zero, [""]),
            new GoAwayFrame(TimeSpan.Zero, [.. Enumerable.Repeat("x", FrameBounds.MaxRelays + 1)]),
        ],
        frame => Assert.ThrowsAny<ArgumentException>(() => FrameWriter.ToBytes(frame)));

    [Fact]
    public void A_ticket_is_not_shown() =>
        Assert.Equal("JoinFrame { Session = 00000000, Role = Connect, Early = 2 bytes }", $"{new JoinFrame(default, EndRole.Connect, "secret", new byte[2])}");

    [Fact]
    public void A_ping_and_its_answer_cost_no_memory()
    {
        var output = new ArrayBufferWriter<byte>(1024);
        long allocated = 0;
        for (int round = 0; round < 3; round++)
        {
            output.ResetWrittenCount();
            allocated = GC.GetAllocatedBytesForCurrentThread();
            FrameWriter.Write(RoundTrip(FrameSender.End), output);
            FrameWriter.Write(RoundTrip(FrameSender.Relay), output);
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        }

        Assert.Equal(0, allocated);
    }

    private static Frame RoundTrip(FrameSender sender)
    {
        var input = new ReadOnlySequence<byte>(_ping);
        Assert.True(FrameReader.Read(ref input, sender, out Frame? frame, out _) == OperationStatus.Done);
        return frame!;
    }
}
