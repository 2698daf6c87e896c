using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using SocketConnector.Rendezvous.Wire;
using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.Tests.Wire;

/// <summary>What holds for every frame.</summary>
public sealed class PropertyTests
{
    private const int Cases = 3000;

    private static Gen<byte[]> Bytes(int most) => from length in Gen.Choose(0, most) from bytes in Gen.ArrayOf(ArbMap.Default.GeneratorFor<byte>(), length) select bytes;

    /// <summary>Of at most so many bytes in UTF-8.</summary>
    private static Gen<string> Texts(int most) =>
        from length in Gen.Choose(1, most / 4)
        from parts in Gen.ArrayOf(Gen.Elements("a", "0", ".", ":", " ", "\0", "\n", "é", "€", "\U0001F600"), length)
        select string.Concat(parts);

    private static Gen<string?> Perhaps(Gen<string> texts) => from text in texts from isThere in Gen.Elements(false, true) select isThere ? text : null;

    private static Gen<TimeSpan> Times(TimeSpan unit, int least, TimeSpan most) => Gen.OneOf(
        from count in Gen.Choose(least, (int)Math.Min(most / unit, int.MaxValue)) select unit * count,
        from count in Gen.Choose(least, 1000) select unit * count,
        Gen.Constant(most));

    private static Gen<(FrameSender Sender, Frame Frame)> AnyFrame { get; } = Gen.OneOf(
        from versions in Gen.ArrayOf(Gen.Choose(1, FrameBounds.MaxVersion), FrameBounds.MaxVersions)
        from program in Perhaps(Texts(FrameBounds.MaxProgramLength))
        select (FrameSender.End, (Frame)new HelloFrame([.. versions.Distinct().Order()], program)),
        from name in Gen.ArrayOf(ArbMap.Default.GeneratorFor<byte>(), SessionName.Length)
        from role in Gen.Elements(EndRole.Listen, EndRole.Connect)
        from length in Gen.Choose(1, FrameBounds.MaxTicketLength)
        from letter in Gen.Choose('!', '~')
        from hasTicket in Gen.Elements(false, true)
        from early in Bytes(FrameBounds.MaxEarlyLength)
        select (FrameSender.End, (Frame)new JoinFrame(SessionName.Read(name), role, hasTicket ? new string((char)letter, length) : null, role == EndRole.Connect ? early : default)),
        from version in Gen.Choose(1, FrameBounds.MaxVersion)
        from heartbeat in Times(FrameUnits.Seconds, 1, FrameBounds.MaxHeartbeat)
        from program in Perhaps(Texts(FrameBounds.MaxProgramLength))
        select (FrameSender.Relay, (Frame)new WelcomeFrame(version, heartbeat, program)),
        from atMost in Times(FrameUnits.Seconds, 0, FrameBounds.MaxTime) select (FrameSender.Relay, (Frame)new WaitFrame(atMost)),
        from within in Times(FrameUnits.Milliseconds, 0, FrameBounds.MaxTime)
        from partner in Perhaps(Texts(FrameBounds.MaxPartnerLength))
        select (FrameSender.Relay, (Frame)new OpenFrame(within, partner)),
        from partner in Perhaps(Texts(FrameBounds.MaxPartnerLength)) select (FrameSender.Relay, (Frame)new PairedFrame(partner)),
        from code in Gen.Choose(1, FrameBounds.MaxRefusalCode)
        from retryAfter in Times(FrameUnits.Milliseconds, 0, FrameBounds.MaxTime)
        from hasRetry in Gen.Elements(false, true)
        select (FrameSender.Relay, (Frame)new RefusedFrame((RefusalCode)code, hasRetry ? retryAfter : null)),
        from stopsIn in Times(FrameUnits.Milliseconds, 0, FrameBounds.MaxTime)
        from count in Gen.Choose(0, FrameBounds.MaxRelays)
        from elsewhere in Gen.ArrayOf(Texts(FrameBounds.MaxRelayLength), count)
        select (FrameSender.Relay, (Frame)new GoAwayFrame(stopsIn, elsewhere)));

    [Fact]
    public Task What_was_written_is_read_as_it_was_in_whatever_pieces_it_comes() => Seeded.CheckAsync(
        from sample in AnyFrame from size in Gen.Choose(1, 200) select (sample.Sender, sample.Frame, size),
        Cases,
        each =>
        {
            ReadOnlySequence<byte> input = Pieces.Of((byte[])[.. FrameWriter.ToBytes(each.Frame).Span, 0xFF], each.size);
            Assert.Equal((OperationStatus.Done, null), (FrameReader.Read(ref input, each.Sender, out Frame? frame, out string? error), error));
            Assert.Equal(Frames.Told(each.Frame), Frames.Told(frame));
            Assert.Equal([0xFF], input.ToArray());
        });

    [Fact]
    public Task Whatever_comes_a_frame_or_a_reason_comes_of_it() => Seeded.CheckAsync(
        from bytes in Bytes(200) select bytes,
        Cases,
        bytes =>
        {
            byte[] framed = [(byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];
            OperationStatus status = Frames.Read(framed, FrameSender.End, out Frame? frame, out string? error);
            Assert.Equal((status == OperationStatus.Done, status == OperationStatus.InvalidData), (frame is not null, error is not null));
        });
}
