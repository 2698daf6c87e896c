using SocketConnector.Sockets;

namespace SocketConnector.Transports;

/// <summary>Where a listener's sockets go.</summary>
/// <param name="Accepted">Owns what it is given; must neither throw nor be slow.</param>
/// <param name="ToCome">How many sockets may yet be dialled for those that were accepted.</param>
/// <param name="Places">The places under the side's limit, if it has one: while none is free, clients wait.</param>
internal sealed record AcceptTarget(Action<ByteStream> Accepted, Func<int> ToCome, AcceptPlaces? Places = null);
