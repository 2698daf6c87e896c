using System.Globalization;
using System.Text.Json;
using SocketConnector.Cli.Events;

namespace SocketConnector.Cli.Admin;

/// <summary>Makes of a channel's events those that the relay itself tells.</summary>
/// <param name="client">Where they come from.</param>
internal sealed class WatchedEvents(AdminClient client)
{
    private static readonly Dictionary<string, CloseReason> _reasons = Enum.GetValues<CloseReason>().ToDictionary(static reason => JsonNamingPolicy.CamelCase.ConvertName(reason.ToString()), StringComparer.Ordinal);

    // What precedes the number of a reason that has no name.
    private const string Unnamed = "reason";

    // A later version has a name for it, which is told behind.
    private static readonly CloseReason _later = (CloseReason)999;

    private readonly ConnectorNames _names = new();

    /// <returns>The event and the name of its connector; nothing where it is none that a line tells of.</returns>
    public (RelayEvent Event, string? Connector)? Read(AdminEvent happened)
    {
        switch (happened.Name)
        {
            case "snapshot" or "totals":
                _names.Learn(client.Read(happened.Data, AdminJson.Default.ConnectorList));
                return null;
            case "joined":
                ConnectionInfo joined = client.Read(happened.Data, AdminJson.Default.ConnectionInfo);
                return (new JoinedEvent(joined.Id, Address(joined.A), Address(joined.B)) { Time = joined.JoinedAt, IdentityA = joined.A.Identity, IdentityB = joined.B.Identity }, _names.Of(joined.Connector));
            case "closed":
                EndData closed = client.Read(happened.Data, AdminJson.Default.EndData);
                return (Timed(Closed(closed), closed.Time), _names.Of(closed.Connector));
            case "refused":
                EndData refused = client.Read(happened.Data, AdminJson.Default.EndData);
                return (Timed(new RefusedEvent(Reason(refused.Reason), SideOf(refused.Side), refused.A is { } a ? Address(a) : null, refused.B is { } b ? Address(b) : null, Detail(refused)), refused.Time), _names.Of(refused.Connector));
            case "pending":
                WaitingData waiting = client.Read(happened.Data, AdminJson.Default.WaitingData);
                bool isA = SideOf(waiting.Side) == Side.A;
                return (Timed(new PendingEvent(isA ? waiting.Remote : null, isA ? null : waiting.Remote), waiting.Since), _names.Of(waiting.Connector));
            default:
                return null;
        }
    }

    private static string Address(PeerInfo peer) => peer.Remote ?? "unknown";

    private static RelayEvent Timed(RelayEvent happened, DateTimeOffset? time) => time is { } known ? happened with { Time = known } : happened;

    private static ClosedEvent Closed(EndData closed) =>
        new(closed.Id, Reason(closed.Reason), SideOf(closed.Side), closed.BytesAToB, closed.BytesBToA, TimeSpan.FromMilliseconds(Math.Clamp(closed.DurationMs, 0, TimeSpan.MaxValue.Ticks / TimeSpan.TicksPerMillisecond)))
        {
            A = closed.A is { } a ? Address(a) : null,
            B = closed.B is { } b ? Address(b) : null,
            IdentityA = closed.A?.Identity,
            IdentityB = closed.B?.Identity,
            Detail = Detail(closed),
        };

    private static Side? SideOf(string? side) => side switch { "A" => Side.A, "B" => Side.B, _ => null };

    /// <summary>One that this version has no name for is told by its number, as the connector does, or as none of them.</summary>
    private static CloseReason Reason(string reason) =>
        _reasons.TryGetValue(reason, out CloseReason known) ? known
        : int.TryParse(reason.AsSpan(Math.Min(Unnamed.Length, reason.Length)), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? (CloseReason)number
        : _later;

    /// <summary>With the reason's own name, where there is no other way to tell it.</summary>
    private static string? Detail(EndData end) => Reason(end.Reason) != _later ? end.Detail : end.Detail is { } detail ? $"{end.Reason}: {detail}" : end.Reason;
}
