namespace SocketConnector;

/// <summary>Called for each connection when both peers are there, before any byte is relayed.</summary>
/// <param name="context">The two peers, and what may still be set.</param>
/// <param name="cancellationToken">Cancelled when <see cref="ConnectorOptions.JoinTimeout"/> has passed or the connector stops.</param>
/// <returns>A task; the peers are joined when it finishes.</returns>
public delegate ValueTask BeforeJoining(JoinContext context, CancellationToken cancellationToken);

/// <summary>A connection that is about to be made.</summary>
public sealed class JoinContext
{
    private IDictionary<object, object?>? _items;

    internal JoinContext(long id, Peer peerA, Peer peerB, DataTransformer? aToB, DataTransformer? bToA) =>
        (Id, PeerA, PeerB, TransformAToB, TransformBToA) = (id, peerA, peerB, aToB, bToA);

    /// <summary>The id that the connection will have.</summary>
    public long Id { get; }

    /// <summary>The peer on side A.</summary>
    public Peer PeerA { get; }

    /// <summary>The peer on side B.</summary>
    public Peer PeerB { get; }

    /// <summary>Whatever a program wants to keep with the connection, as the connection's items from then on.</summary>
    public IDictionary<object, object?> Items => _items ??= new Dictionary<object, object?>();

    /// <summary>What transforms the bytes from A to B in this connection; at first, side A's <see cref="SideOptions.Transformer"/>.</summary>
    public DataTransformer? TransformAToB { get; set; }

    /// <summary>What transforms the bytes from B to A in this connection; at first, side B's <see cref="SideOptions.Transformer"/>.</summary>
    public DataTransformer? TransformBToA { get; set; }

    internal IDictionary<object, object?>? ItemsOrNull => _items;
}
