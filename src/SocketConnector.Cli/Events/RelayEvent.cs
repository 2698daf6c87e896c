using System.Diagnostics;
using System.Net;

namespace SocketConnector.Cli.Events;

/// <summary>Something that standard output tells.</summary>
internal abstract record RelayEvent
{
    /// <summary>When it happened; now, unless something else is said.</summary>
    public DateTimeOffset Time { get; init; } = TimeProvider.System.GetUtcNow();

    public static RelayEvent Of(ConnectionEvent happened) => happened.Kind switch
    {
        ConnectionEventKind.Joined =>
            new JoinedEvent(happened.ConnectionId!.Value, EndPointName.Of(happened.PeerA), EndPointName.Of(happened.PeerB))
            {
                Time = happened.Time,
                IdentityA = happened.PeerA?.Identity,
                IdentityB = happened.PeerB?.Identity,
            },
        ConnectionEventKind.Closed =>
            new ClosedEvent(happened.ConnectionId!.Value, happened.Closed!.Reason, happened.Closed.Side, happened.PeerB?.BytesSent ?? 0, happened.PeerA?.BytesSent ?? 0, happened.Closed.Duration)
            {
                Time = happened.Time,
                Detail = happened.Detail,
            },
        ConnectionEventKind.Refused =>
            new RefusedEvent(happened.Closed!.Reason, happened.Closed.Side, Name(happened.PeerA), Name(happened.PeerB), happened.Detail) { Time = happened.Time },
        ConnectionEventKind.Pending => new PendingEvent(Name(happened.PeerA), Name(happened.PeerB)) { Time = happened.Time },
        _ => throw new UnreachableException(),
    };

    private static string? Name(Peer? peer) => peer is null ? null : EndPointName.Of(peer);
}

/// <summary>Where something is listened on.</summary>
/// <param name="Side">The side of a connector; none of a relay.</param>
/// <param name="EndPoint">The address.</param>
internal sealed record ListeningEvent(Side? Side, EndPoint EndPoint) : RelayEvent;

internal sealed record JoinedEvent(long Id, string A, string B) : RelayEvent
{
    /// <summary>Whom its verifier has found the peer of side A to be.</summary>
    public string? IdentityA { get; init; }

    /// <summary>The same of side B.</summary>
    public string? IdentityB { get; init; }
}

internal sealed record ClosedEvent(long Id, CloseReason Reason, Side? Side, long BytesAToB, long BytesBToA, TimeSpan Duration) : RelayEvent
{
    /// <summary>The peers, for those who may not have heard that they were joined.</summary>
    public string? A { get; init; }

    /// <summary>The same of side B.</summary>
    public string? B { get; init; }

    /// <summary>As of <see cref="JoinedEvent"/>.</summary>
    public string? IdentityA { get; init; }

    /// <summary>The same of side B.</summary>
    public string? IdentityB { get; init; }

    public string? Detail { get; init; }
}

/// <summary>A peer waits for a partner.</summary>
/// <param name="A">Where it comes from, if it is on side A.</param>
/// <param name="B">Where it comes from, if it is on side B.</param>
internal sealed record PendingEvent(string? A, string? B) : RelayEvent;

/// <summary>A peer was closed that was never joined, or two that were about to be.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Side">The side that caused it.</param>
/// <param name="A">Where the peer on side A comes from; none where there was none.</param>
/// <param name="B">Where the peer on side B comes from, likewise.</param>
/// <param name="Detail">What lies behind the reason.</param>
internal sealed record RefusedEvent(CloseReason Reason, Side? Side, string? A, string? B, string? Detail) : RelayEvent;

internal sealed record StoppedEvent(long SocketPairs, long BytesAToB, long BytesBToA) : RelayEvent;
