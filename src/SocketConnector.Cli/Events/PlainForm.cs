using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using SocketConnector.Diagnostics;

namespace SocketConnector.Cli.Events;

/// <summary>An event as a line for people, in the words of the messages on standard error.</summary>
internal static class PlainForm
{
    private static readonly CultureInfo _culture = CultureInfo.InvariantCulture;

    /// <param name="name">The connector's, which follows the time where it has one.</param>
    public static Action<RelayEvent, IBufferWriter<byte>> Of(string? name) => (happened, line) => Encoding.UTF8.GetBytes(Text(happened, name), line);

    // A peer chooses the path that its Unix socket is bound to.
    private static string Text(RelayEvent happened, string? name) => $"{TimeStamp.Of(happened.Time.ToLocalTime(), name)} {LegibleText.Of(Words(happened))}";

    private static string Words(RelayEvent happened) => happened switch
    {
        ListeningEvent { Side: null } listening => $"listening on {EndPointName.Of(listening.EndPoint)}",
        ListeningEvent listening => string.Create(_culture, $"side {listening.Side} listening on {EndPointName.Of(listening.EndPoint)}"),
        JoinedEvent joined => string.Create(_culture, $"#{joined.Id} joined {joined.A}{Identity(joined.IdentityA)} and {joined.B}{Identity(joined.IdentityB)}"),
        ClosedEvent closed => string.Create(
            _culture,
            $"#{closed.Id} closed: {new Cause(closed.Reason, closed.Side)}{Peers(closed)}, {Bytes(closed.BytesAToB, closed.BytesBToA)}, {(long)closed.Duration.TotalMilliseconds} ms{Detail(closed.Detail)}"),
        PendingEvent pending => $"{One(pending.A, pending.B)} waits for a partner",
        RefusedEvent { A: { } a, B: { } b } refused => $"A {a} and B {b} closed before they were joined: {new Cause(refused.Reason, refused.Side)}{Detail(refused.Detail)}",
        RefusedEvent refused => $"{One(refused.A, refused.B)} closed before it was joined: {new Cause(refused.Reason, refused.Side)}{Detail(refused.Detail)}",
        StoppedEvent stopped => string.Create(_culture, $"stopped: {Count(stopped.SocketPairs, "socket pair")}, {Bytes(stopped.BytesAToB, stopped.BytesBToA)}"),
        _ => throw new UnreachableException(),
    };

    private static string One(string? a, string? b) => a is not null ? $"A {a}" : $"B {b}";

    private static string Peers(ClosedEvent closed) =>
        closed is { A: { } a, B: { } b } ? $"; {a}{Identity(closed.IdentityA)} and {b}{Identity(closed.IdentityB)}" : "";

    private static string Identity(string? identity) => identity is null ? "" : $" ({identity})";

    private static string Detail(string? detail) => detail is null ? "" : $": {detail}";

    private static string Bytes(long aToB, long bToA) => string.Create(_culture, $"{Count(aToB, "byte")} A to B, {Count(bToA, "byte")} B to A");

    private static string Count(long number, string what) => string.Create(_culture, $"{number} {what}{(number == 1 ? "" : "s")}");
}
