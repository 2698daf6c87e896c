using System.Buffers;
using System.Text.Json.Nodes;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Tests.Wire;

/// <summary>Frames to try, and what a frame says, in the words of docs/rendezvous-vectors.json.</summary>
internal static class Frames
{
    private static readonly SessionName _name = new(UInt128.MaxValue / 3);

    /// <summary>Each kind, short and at its longest.</summary>
    public static IReadOnlyList<(FrameSender Sender, Frame Frame)> All { get; } =
    [
        (FrameSender.End, new HelloFrame([1], null)),
        (FrameSender.End, new HelloFrame([.. Enumerable.Range(240, FrameBounds.MaxVersions)], new string('p', FrameBounds.MaxProgramLength))),
        (FrameSender.End, new JoinFrame(_name, EndRole.Listen, null, default)),
        (FrameSender.End, new JoinFrame(_name, EndRole.Connect, "a.b.c", new byte[] { 1, 2, 3 })),
        (FrameSender.End, new JoinFrame(_name, EndRole.Connect, new string('~', FrameBounds.MaxTicketLength), new byte[FrameBounds.MaxEarlyLength])),
        (FrameSender.End, new AcceptFrame()),
        (FrameSender.End, new DeclineFrame()),
        (FrameSender.End, new PingFrame()),
        (FrameSender.Relay, new PongFrame()),
        (FrameSender.Relay, new WelcomeFrame(1, TimeSpan.FromSeconds(30), null)),
        (FrameSender.Relay, new WelcomeFrame(255, FrameBounds.MaxHeartbeat, "")),
        (FrameSender.Relay, new WaitFrame(TimeSpan.Zero)),
        (FrameSender.Relay, new WaitFrame(FrameBounds.MaxTime)),
        (FrameSender.Relay, new OpenFrame(TimeSpan.FromSeconds(2), new string('é', FrameBounds.MaxPartnerLength / 2))),
        (FrameSender.Relay, new PairedFrame(null)),
        (FrameSender.Relay, new PairedFrame("192.0.2.1:5")),
        (FrameSender.Relay, new RefusedFrame(RefusalCode.Denied, null)),
        (FrameSender.Relay, new RefusedFrame(RefusalCode.Busy, FrameBounds.MaxTime)),
        (FrameSender.Relay, new GoAwayFrame(TimeSpan.FromMilliseconds(1), [])),
        (FrameSender.Relay, new GoAwayFrame(TimeSpan.FromSeconds(30), [.. Enumerable.Repeat(new string('r', FrameBounds.MaxRelayLength), FrameBounds.MaxRelays)])),
    ];

    public static OperationStatus Read(ReadOnlyMemory<byte> bytes, FrameSender sender, out Frame? frame, out string? error)
    {
        var input = new ReadOnlySequence<byte>(bytes);
        return FrameReader.Read(ref input, sender, out frame, out error);
    }

    /// <summary>The fields that are there, under their names.</summary>
    public static string Told(Frame? frame)
    {
        (string, JsonNode?)[] fields = frame switch
        {
            HelloFrame hello => [("versions", Array(hello.Versions)), ("program", hello.Program)],
            JoinFrame join => [("session", Hex(join.Session)), ("role", (int)join.Role), ("ticket", join.Ticket), ("early", join.Early.IsEmpty ? null : Convert.ToHexStringLower(join.Early.Span))],
            WelcomeFrame welcome => [("version", welcome.Version), ("heartbeat", welcome.Heartbeat.TotalSeconds), ("program", welcome.Program)],
            WaitFrame wait => [("at most", wait.AtMost.TotalSeconds)],
            OpenFrame open => [("within", open.Within.TotalMilliseconds), ("partner", open.Partner)],
            PairedFrame paired => [("partner", paired.Partner)],
            RefusedFrame refused => [("code", (int)refused.Code), ("retry after", refused.RetryAfter?.TotalMilliseconds)],
            GoAwayFrame goAway => [("in", goAway.In.TotalMilliseconds), ("elsewhere", goAway.Elsewhere.Count == 0 ? null : Array(goAway.Elsewhere))],
            _ => [],
        };
        return $"{Name(frame)} {new JsonObject(fields.Where(field => field.Item2 is not null).Select(field => KeyValuePair.Create(field.Item1, field.Item2))).ToJsonString()}";
    }

    /// <summary>HELLO, for instance.</summary>
    private static string Name(Frame? frame) => frame is null ? "nothing" : frame.GetType().Name.Replace("Frame", "", StringComparison.Ordinal).ToUpperInvariant();

    private static string Hex(SessionName name)
    {
        byte[] bytes = new byte[SessionName.Length];
        name.Write(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    private static JsonArray Array<T>(IEnumerable<T> items) => [.. items.Select(item => JsonValue.Create(item))];
}
