namespace SocketConnector;

/// <summary>Options of one side, whether it listens or connects out.</summary>
public record SideOptions
{
    /// <summary>
    /// Authenticates each socket of this side before it may be joined; none by default. On a side that connects out it can
    /// speak first, and so prove its identity to the far end.
    /// </summary>
    public SocketAuthVerifier? AuthVerifier { get; init; }

    /// <summary>Transforms the bytes that come <em>from</em> this side; none by default. Called once for each connection.</summary>
    public DataTransformer? Transformer { get; init; }
}
