using System.Net;

namespace SocketConnector.Cli.Events;

/// <summary>Something that standard output tells.</summary>
internal abstract record RelayEvent;

internal sealed record ListeningEvent(Side Side, EndPoint EndPoint) : RelayEvent;

internal sealed record JoinedEvent(long Id, EndPoint? A, EndPoint? B) : RelayEvent;

internal sealed record ClosedEvent(long Id, CloseReason Reason, Side? Side, long BytesAToB, long BytesBToA, TimeSpan Duration) : RelayEvent;

internal sealed record StoppedEvent(long SocketPairs, long BytesAToB, long BytesBToA) : RelayEvent;
