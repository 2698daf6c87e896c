using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;

namespace SocketConnector.Rendezvous.Wire;

/// <summary>Takes frames from bytes. Pure: no I/O, no state, and no exception for whatever comes.</summary>
internal static class FrameReader
{
    // Without a field there is nothing to tell one from another, and thousands of ends ping.
    private static readonly AcceptFrame _accept = new();
    private static readonly DeclineFrame _decline = new();
    private static readonly PingFrame _ping = new();
    private static readonly PongFrame _pong = new();

    /// <summary>Takes the next frame. What it returns refers to none of the input.</summary>
    /// <param name="input">What has arrived; begins behind the frame afterwards, if there was one.</param>
    /// <param name="sender">Where it comes from. A frame of the other side's is an error.</param>
    /// <param name="frame">The frame, if it is complete.</param>
    /// <param name="error">What is wrong, in one line, if something is. What follows cannot be read either.</param>
    /// <returns>
    /// <see cref="OperationStatus.Done"/>; <see cref="OperationStatus.NeedMoreData"/>, never with
    /// <see cref="FrameBounds.MaxFrameLength"/> bytes or more; or <see cref="OperationStatus.InvalidData"/>.
    /// </returns>
    public static OperationStatus Read(ref ReadOnlySequence<byte> input, FrameSender sender, out Frame? frame, out string? error)
    {
        (frame, error) = (null, null);
        if (input.Length < FrameBounds.PrefixLength)
        {
            return OperationStatus.NeedMoreData;
        }

        int length = ReadLength(input);
        if (length is 0 or > FrameBounds.MaxBodyLength)
        {
            error = $"the length of a frame must be 1 to {FrameBounds.MaxBodyLength} bytes, not {length}";
            return OperationStatus.InvalidData;
        }

        if (input.Length - FrameBounds.PrefixLength < length)
        {
            return OperationStatus.NeedMoreData;
        }

        ReadOnlySequence<byte> body = input.Slice(FrameBounds.PrefixLength, length);
        if (!TryReadBody(body.IsSingleSegment ? body.First : body.ToArray(), sender, out frame, out error))
        {
            return OperationStatus.InvalidData;
        }

        input = input.Slice(body.End);
        return OperationStatus.Done;
    }

    private static int ReadLength(in ReadOnlySequence<byte> input)
    {
        Span<byte> prefix = stackalloc byte[FrameBounds.PrefixLength];
        input.Slice(0, prefix.Length).CopyTo(prefix);
        return BinaryPrimitives.ReadUInt16BigEndian(prefix);
    }

    private static bool TryReadBody(ReadOnlyMemory<byte> body, FrameSender sender, [NotNullWhen(true)] out Frame? frame, [NotNullWhen(false)] out string? error)
    {
        // A map of one pair, whose key is 0 and whose value is the type: as good as every frame of a waiting end.
        if (body.Span is [0xA1, 0x00, >= (byte)FrameType.Accept and <= (byte)FrameType.Pong])
        {
            var type = (FrameType)body.Span[2];
            error = WrongSender(type, sender);
            frame = error is null ? Bare(type) : null;
            return frame is not null;
        }

        try
        {
            var fields = new FrameFields(body);
            frame = ReadFields(fields, sender);
            error = frame is null ? fields.Error! : null;
            return frame is not null;
        }
        catch (Exception malformed) when (malformed is CborContentException or InvalidOperationException or OverflowException)
        {
            // The second is what CborReader says of the reserved heads 0xFC to 0xFE; the types that are read here are looked at before.
            (frame, error) = (null, "the body of a frame must be one canonical CBOR map");
            return false;
        }
    }

    /// <returns>The frame; or none, and then the fields have an error.</returns>
    private static Frame? ReadFields(FrameFields fields, FrameSender sender)
    {
        FrameType? type = fields.Begin();
        if (type is null || fields.Fail(WrongSender(type.Value, sender)))
        {
            return null;
        }

        Frame? frame = type.Value switch
        {
            FrameType.Hello => EndFrames.Hello(fields),
            FrameType.Join => EndFrames.Join(fields),
            FrameType.Welcome => RelayFrames.Welcome(fields),
            FrameType.Wait => RelayFrames.Wait(fields),
            FrameType.Open => RelayFrames.Open(fields),
            FrameType.Paired => RelayFrames.Paired(fields),
            FrameType.Refused => RelayFrames.Refused(fields),
            FrameType.GoAway => RelayFrames.GoAway(fields),
            _ => WithoutFields(fields, Bare(type.Value)),
        };
        return fields.Error is null ? frame : null;
    }

    private static Frame WithoutFields(FrameFields fields, Frame frame)
    {
        while (fields.Next(out _))
        {
            fields.Skip();
        }

        return frame;
    }

    private static Frame Bare(FrameType type) => type switch
    {
        FrameType.Accept => _accept,
        FrameType.Decline => _decline,
        FrameType.Ping => _ping,
        _ => _pong,
    };

    private static string? WrongSender(FrameType type, FrameSender sender) => (sender, type) switch
    {
        (_, FrameType.Ping or FrameType.Pong) => null,
        (FrameSender.End, >= FrameType.Welcome) => $"{FrameFields.NameOf(type)}: only a relay sends it",
        (FrameSender.Relay, < FrameType.Welcome) => $"{FrameFields.NameOf(type)}: only an end sends it",
        _ => null,
    };
}
