using System.Net;

namespace SocketConnector.Cli.Events;

/// <summary>Something that standard output tells.</summary>
internal abstract record RelayEvent
{
    public static RelayEvent Of(ConnectionEvent happened) => happened.Closed is { } close
        ? new ClosedEvent(happened.Id, close.Reason, close.Side, happened.PeerB.BytesSent, happened.PeerA.BytesSent, close.Duration)
        : new JoinedEvent(happened.Id, FarEnd(happened.PeerA), FarEnd(happened.PeerB));

    private static EndPoint? FarEnd(Peer peer) => peer.UserId is long user ? new UnnamedClient(peer.ProcessId, user) : peer.RemoteEndPoint;
}

internal sealed record ListeningEvent(Side Side, EndPoint EndPoint) : RelayEvent;

internal sealed record JoinedEvent(long Id, EndPoint? A, EndPoint? B) : RelayEvent;

internal sealed record ClosedEvent(long Id, CloseReason Reason, Side? Side, long BytesAToB, long BytesBToA, TimeSpan Duration) : RelayEvent;

internal sealed record StoppedEvent(long SocketPairs, long BytesAToB, long BytesBToA) : RelayEvent;
