using System.Buffers;
using System.Formats.Cbor;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Tests.Wire;

/// <summary>Bytes that no end and no relay sends.</summary>
public sealed class HostileFrameTests
{
    // A frame of 4 KiB, as objects and text of two bytes a character, and the exception that tells of bad CBOR.
    private const long MaxAllocated = 64 * 1024;

    [Fact]
    public void B117_A_frame_cut_at_any_byte_needs_more() => Assert.All(Frames.All, sample =>
    {
        ReadOnlyMemory<byte> bytes = FrameWriter.ToBytes(sample.Frame);
        for (int length = 0; length < bytes.Length; length++)
        {
            var input = new ReadOnlySequence<byte>(bytes[..length]);
            Assert.Equal(OperationStatus.NeedMoreData, FrameReader.Read(ref input, sample.Sender, out Frame? frame, out string? error));
            Assert.Equal((null, null, length), (frame, error, input.Length));
        }
    });

    [Fact]
    public void B117_A_frame_mutated_at_any_byte_is_refused_or_another_one() => Assert.All(Frames.All, sample =>
    {
        byte[] valid = FrameWriter.ToBytes(sample.Frame).ToArray();
        for (int at = 0; at < valid.Length; at++)
        {
            byte was = valid[at];
            foreach (byte value in (byte[])[0, 1, (byte)(was ^ 1), (byte)(was ^ 0x80), (byte)(was ^ 0x20), 0x5B, 0x5F, 0x7F, 0x9B, 0x9F, 0xBF, 0xC0, 0xF9, 0xFF])
            {
                valid[at] = value;
                IsRefusedOrWhole(valid, sample.Sender);
            }

            // Nor where a byte is left out, or one is too many.
            valid[at] = was;
            IsRefusedOrWhole([.. valid[..at], .. valid[(at + 1)..]], sample.Sender);
            IsRefusedOrWhole([.. valid[..at], was, .. valid[at..]], sample.Sender);
        }
    });

    [Fact]
    public void Of_a_length_alone_nothing_is_made()
    {
        byte[] claimed = [0x10, 0x00];
        long allocated = 0;
        for (int round = 0; round < 3; round++)
        {
            allocated = GC.GetAllocatedBytesForCurrentThread();
            _ = Frames.Read(claimed, FrameSender.End, out _, out _);
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        }

        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Four_kilobytes_of_nesting_are_passed_over_or_refused_in_bounds()
    {
        foreach (byte head in (byte[])[0x81, 0xA1, 0xC1, 0x9F, 0xBF])
        {
            byte[] body = [0xA2, 0x00, (byte)FrameType.Ping, 0x09, .. Enumerable.Repeat(head, FrameBounds.MaxBodyLength - 5), 0x00];
            IsRefusedOrWhole(Framed(body), FrameSender.End);
        }
    }

    [Fact]
    public void What_no_map_begins_with_is_told_in_one_line()
    {
        for (int first = 0; first <= byte.MaxValue; first++)
        {
            IsRefusedOrWhole(Framed([(byte)first]), FrameSender.End);
            IsRefusedOrWhole(Framed([0xA1, 0x00, (byte)first]), FrameSender.End);
            IsRefusedOrWhole(Framed([0xA2, 0x00, (byte)FrameType.Ping, 0x09, (byte)first]), FrameSender.End);
        }
    }

    [Fact]
    public void Keys_of_any_size_are_passed_over()
    {
        var writer = new CborWriter(CborConformanceMode.Canonical, convertIndefiniteLengthEncodings: true);
        writer.WriteStartMap(null);
        foreach (ulong key in (ulong[])[FrameKeys.Type, 100, ushort.MaxValue, uint.MaxValue, ulong.MaxValue])
        {
            writer.WriteUInt64(key);
            writer.WriteInt32((int)FrameType.Accept);
        }

        writer.WriteEndMap();
        Assert.Equal((OperationStatus.Done, null), (Frames.Read(Framed(writer.Encode()), FrameSender.End, out Frame? frame, out string? error), error));
        Assert.IsType<AcceptFrame>(frame);
    }

    private static byte[] Framed(byte[] body) => [(byte)(body.Length >> 8), (byte)body.Length, .. body];

    private static void IsRefusedOrWhole(byte[] bytes, FrameSender sender)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        OperationStatus status = Frames.Read(bytes, sender, out Frame? frame, out string? error);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, MaxAllocated);
        if (status == OperationStatus.InvalidData)
        {
            Assert.Null(frame);
            Assert.InRange(error!.Length, 10, 100);
            Assert.DoesNotContain(error, char.IsControl);
            return;
        }

        Assert.Null(error);
        if (status == OperationStatus.Done)
        {
            ReadOnlyMemory<byte> written = FrameWriter.ToBytes(frame!);
            Assert.Equal(OperationStatus.Done, Frames.Read(written, sender, out Frame? again, out _));
            Assert.True(written.Span.SequenceEqual(FrameWriter.ToBytes(again!).Span), Convert.ToHexString(bytes));
        }
    }
}
