using System.Buffers;
using SocketConnector.Rendezvous.Wire;
using SocketConnector.TestKit;

namespace SocketConnector.Fuzz.Targets;

/// <summary>Frames of SCR/1 that come from anywhere: a stream of them, as an end or a relay would send it.</summary>
internal static class RendezvousFrames
{
    private static readonly int[] _sizes = [1, 2, 3, 7, 100];

    public static void Check(byte[] bytes)
    {
        foreach (FrameSender sender in (FrameSender[])[FrameSender.End, FrameSender.Relay])
        {
            Expect.Equal(Stream(new ReadOnlySequence<byte>(bytes), sender), Stream(Pieces.Of(bytes, _sizes[bytes.Length % _sizes.Length]), sender), "in pieces");
            Cut(bytes, sender);
        }
    }

    /// <summary>What comes of all of it.</summary>
    private static string Stream(ReadOnlySequence<byte> input, FrameSender sender)
    {
        OperationStatus opening = Opening.Read(ref input);
        int frames = 0;
        while (true)
        {
            long before = input.Length;
            OperationStatus status = FrameReader.Read(ref input, sender, out Frame? frame, out string? error);
            Expect.Equal((status == OperationStatus.Done, status == OperationStatus.InvalidData), (frame is not null, error is not null), "a frame or a reason");
            if (frame is null)
            {
                Expect.Equal(before, input.Length, "taken without a frame");
                Expect.That(status == OperationStatus.InvalidData || before < FrameBounds.MaxFrameLength, $"{before} bytes are not enough");
                Expect.That(error is null or { Length: > 0 and < 120 } && error?.Any(char.IsControl) != true, $"a reason that is not a line: {error}");
                return $"{opening}, {frames} frames, {status}, {input.Length} bytes, {error}";
            }

            Expect.That(before > input.Length, "nothing taken");
            Write(frame, sender);
            frames++;
        }
    }

    /// <summary>A frame that was read can be written, and no longer than the longest; read again it is written alike.</summary>
    private static void Write(Frame frame, FrameSender sender)
    {
        ReadOnlyMemory<byte> written = FrameWriter.ToBytes(frame);
        Expect.That(written.Length <= FrameBounds.MaxFrameLength, $"{written.Length} bytes");
        var input = new ReadOnlySequence<byte>(written);
        Expect.Equal(OperationStatus.Done, FrameReader.Read(ref input, sender, out Frame? again, out string? error), $"{frame}: {error}");
        Expect.That(FrameWriter.ToBytes(again!).Span.SequenceEqual(written.Span), $"{frame} and {again}");
    }

    /// <summary>The first verdict on a part is that on the whole.</summary>
    private static void Cut(byte[] bytes, FrameSender sender)
    {
        OperationStatus now = OperationStatus.NeedMoreData;
        for (int length = 0; length <= bytes.Length && now == OperationStatus.NeedMoreData; length++)
        {
            now = Read(bytes.AsMemory(0, length), sender);
        }

        Expect.Equal(Read(bytes, sender), now, "with what comes behind it");
    }

    private static OperationStatus Read(ReadOnlyMemory<byte> bytes, FrameSender sender)
    {
        var input = new ReadOnlySequence<byte>(bytes);
        return FrameReader.Read(ref input, sender, out _, out _);
    }
}
