using System.Buffers;
using System.Buffers.Binary;
using System.Formats.Cbor;

namespace SocketConnector.Rendezvous.Wire;

/// <summary>Writes frames that <see cref="FrameReader"/> accepts; throws <see cref="ArgumentException"/> for any other.</summary>
internal static class FrameWriter
{
    private static readonly byte[] _accept = Bare(FrameType.Accept);
    private static readonly byte[] _decline = Bare(FrameType.Decline);
    private static readonly byte[] _ping = Bare(FrameType.Ping);
    private static readonly byte[] _pong = Bare(FrameType.Pong);

    /// <summary>Writes a frame. Allocates nothing where it has no fields.</summary>
    /// <param name="frame">The frame. Times are rounded up to the unit that the protocol tells them in.</param>
    /// <param name="output">Where to write it.</param>
    /// <exception cref="ArgumentException">A field is out of its bounds.</exception>
    public static void Write(Frame frame, IBufferWriter<byte> output)
    {
        ReadOnlyMemory<byte> bare = Bare(frame);
        if (!bare.IsEmpty)
        {
            output.Write(bare.Span);
            return;
        }

        CborWriter map = Map(frame);
        int length = FrameBounds.PrefixLength + map.BytesWritten;
        Put(map, output.GetSpan(length));
        output.Advance(length);
    }

    /// <summary>A frame as bytes, which are shared where it has no fields.</summary>
    /// <param name="frame">The frame, likewise.</param>
    /// <returns>The bytes.</returns>
    /// <exception cref="ArgumentException">A field is out of its bounds.</exception>
    public static ReadOnlyMemory<byte> ToBytes(Frame frame)
    {
        ReadOnlyMemory<byte> bare = Bare(frame);
        if (!bare.IsEmpty)
        {
            return bare;
        }

        CborWriter map = Map(frame);
        byte[] bytes = new byte[FrameBounds.PrefixLength + map.BytesWritten];
        Put(map, bytes);
        return bytes;
    }

    private static void Put(CborWriter map, Span<byte> room)
    {
        BinaryPrimitives.WriteUInt16BigEndian(room, (ushort)map.BytesWritten);
        map.Encode(room[FrameBounds.PrefixLength..]);
    }

    private static byte[] Bare(FrameType type) => [0x00, 0x03, 0xA1, FrameKeys.Type, (byte)type];

    private static ReadOnlyMemory<byte> Bare(Frame frame) => frame switch
    {
        AcceptFrame => _accept,
        DeclineFrame => _decline,
        PingFrame => _ping,
        PongFrame => _pong,
        _ => default,
    };

    private static CborWriter Map(Frame frame)
    {
        var map = new FrameMap();
        switch (frame)
        {
            case HelloFrame hello:
                map.Begin(FrameType.Hello);
                map.Versions(FrameKeys.Hello.Versions, hello.Versions);
                map.Text(FrameKeys.Hello.Program, hello.Program, 0, FrameBounds.MaxProgramLength);
                break;
            case JoinFrame join:
                map.Begin(FrameType.Join);
                map.Join(join);
                break;
            case WelcomeFrame welcome:
                map.Begin(FrameType.Welcome);
                map.Number(FrameKeys.Welcome.Version, welcome.Version, 1, FrameBounds.MaxVersion);
                map.Time(FrameKeys.Welcome.Heartbeat, welcome.Heartbeat, FrameUnits.Seconds, FrameUnits.Seconds, FrameBounds.MaxHeartbeat);
                map.Text(FrameKeys.Welcome.Program, welcome.Program, 0, FrameBounds.MaxProgramLength);
                break;
            case WaitFrame wait:
                map.Begin(FrameType.Wait);
                map.Time(FrameKeys.Wait.AtMost, wait.AtMost, FrameUnits.Seconds);
                break;
            case OpenFrame open:
                map.Begin(FrameType.Open);
                map.Time(FrameKeys.Open.Within, open.Within, FrameUnits.Milliseconds);
                map.Text(FrameKeys.Open.Partner, open.Partner, 0, FrameBounds.MaxPartnerLength);
                break;
            case PairedFrame paired:
                map.Begin(FrameType.Paired);
                map.Text(FrameKeys.Paired.Partner, paired.Partner, 0, FrameBounds.MaxPartnerLength);
                break;
            case RefusedFrame refused:
                map.Begin(FrameType.Refused);
                map.Number(FrameKeys.Refused.Code, (int)refused.Code, 1, FrameBounds.MaxRefusalCode);
                map.Time(FrameKeys.Refused.RetryAfter, refused.RetryAfter, FrameUnits.Milliseconds);
                break;
            case GoAwayFrame goAway:
                map.Begin(FrameType.GoAway);
                map.Time(FrameKeys.GoAway.In, goAway.In, FrameUnits.Milliseconds);
                map.Texts(FrameKeys.GoAway.Elsewhere, goAway.Elsewhere);
                break;
            default:
                throw new ArgumentException($"There is no way to write a {frame.GetType().Name}.", nameof(frame));
        }

        return map.End();
    }
}
