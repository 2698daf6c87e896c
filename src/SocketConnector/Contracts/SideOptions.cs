namespace SocketConnector;

/// <summary>What concerns one side only, whichever way its sockets are made.</summary>
public record SideOptions
{
    /// <summary>
    /// Authenticates each socket of this side before it may be joined; none by default. On a side that connects out it can
    /// speak first, and so prove its identity to the far end.
    /// </summary>
    public SocketAuthVerifier? AuthVerifier { get; init; }

    /// <summary>Changes what comes <em>from</em> this side on its way to the other; none by default. Made anew for each connection.</summary>
    public DataTransformer? Transformer { get; init; }
}
