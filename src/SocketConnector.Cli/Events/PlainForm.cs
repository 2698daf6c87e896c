using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace SocketConnector.Cli.Events;

/// <summary>An event as a line for people.</summary>
internal static class PlainForm
{
    private static readonly CultureInfo _culture = CultureInfo.InvariantCulture;

    public static void Write(RelayEvent happened, IBufferWriter<byte> line) => Encoding.UTF8.GetBytes(Text(happened), line);

    internal static string Text(RelayEvent happened) => happened switch
    {
        ListeningEvent listening => string.Create(_culture, $"side {listening.Side} listening on {Name(listening.EndPoint)}"),
        JoinedEvent joined => string.Create(_culture, $"#{joined.Id} joined {Name(joined.A)} and {Name(joined.B)}"),
        ClosedEvent closed => string.Create(_culture, $"#{closed.Id} closed: {Why(closed)}, {Bytes(closed.BytesAToB, closed.BytesBToA)}, {(long)closed.Duration.TotalMilliseconds} ms"),
        StoppedEvent stopped => string.Create(_culture, $"stopped: {Count(stopped.SocketPairs, "socket pair")}, {Bytes(stopped.BytesAToB, stopped.BytesBToA)}"),
        _ => throw new UnreachableException(),
    };

    private static string Why(ClosedEvent closed) => (closed.Reason, closed.Side) switch
    {
        (CloseReason.Completed, Side side) => $"completed by side {side}",
        (CloseReason.PeerReset, Side side) => $"reset by side {side}",
        (CloseReason.HalfCloseTimeout, Side side) => $"half-close timeout on side {side}",
        (CloseReason reason, Side side) => $"{JsonNamingPolicy.CamelCase.ConvertName(reason.ToString())} on side {side}",
        (CloseReason reason, null) => JsonNamingPolicy.CamelCase.ConvertName(reason.ToString()),
    };

    private static string Bytes(long aToB, long bToA) => string.Create(_culture, $"{Count(aToB, "byte")} A to B, {Count(bToA, "byte")} B to A");

    private static string Count(long number, string what) => string.Create(_culture, $"{number} {what}{(number == 1 ? "" : "s")}");

    /// <summary>A peer may have bound its Unix socket to any path; it must not break the line or reach the terminal with an escape code.</summary>
    private static string Name(EndPoint? endPoint) => LegibleText.Of(EndPointName.Of(endPoint));
}
