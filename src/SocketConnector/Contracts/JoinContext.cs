namespace SocketConnector;

/// <summary>A connection that is about to be made.</summary>
public sealed class JoinContext
{
    private readonly Lock _gate = new();
    private readonly Func<long, ITapSet> _newTaps;
    private ITapSet? _taps;
    private bool _isSealed;
    private IDictionary<object, object?>? _items;

    /// <param name="id">The connection's.</param>
    /// <param name="peerA">On side A.</param>
    /// <param name="peerB">On side B.</param>
    /// <param name="newTaps">Makes the taps of the connection of this id, when the first is attached.</param>
    internal JoinContext(long id, Peer peerA, Peer peerB, Func<long, ITapSet> newTaps) =>
        (Id, PeerA, PeerB, _newTaps) = (id, peerA, peerB, newTaps);

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

    /// <summary>
    /// Attaches a tap, which sees the connection from its first byte on. If the peers are not joined after all, it is told by
    /// <see cref="Tap.OnClosed"/>.
    /// </summary>
    /// <param name="tap">Not attached before.</param>
    /// <returns>Detaches the tap when disposed.</returns>
    /// <exception cref="InvalidOperationException">The tap was attached before, or the hook is over: use <see cref="Connection.Attach"/>.</exception>
    public IDisposable Attach(Tap tap)
    {
        ArgumentNullException.ThrowIfNull(tap);
        ITapSet taps;
        lock (_gate)
        {
            taps = _isSealed
                ? throw new InvalidOperationException("the hook is over; attach the tap to the connection")
                : _taps ??= _newTaps(Id);
        }

        // Asks the tap for its view, which is a user's code.
        return taps.Attach(tap);
    }

    /// <summary>The hook is over: what it attached, if anything.</summary>
    internal ITapSet? SealTaps()
    {
        lock (_gate)
        {
            _isSealed = true;
            return _taps;
        }
    }
}
