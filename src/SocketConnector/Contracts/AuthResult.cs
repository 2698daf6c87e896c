namespace SocketConnector;

/// <summary>A verifier's verdict.</summary>
public readonly record struct AuthResult
{
    private AuthResult(bool isAccepted, string? reason) => (IsAccepted, Reason) = (isAccepted, reason);

    /// <summary>Whether the peer may be joined.</summary>
    public bool IsAccepted { get; }

    /// <summary>Why not, for the log.</summary>
    public string? Reason { get; }

    /// <summary>The peer is matched only with peers of an equal key. Peers without a key match each other.</summary>
    public string? Key { get; private init; }

    /// <summary>What <see cref="Peer.Items"/> gets, once the verdict is in time.</summary>
    public IEnumerable<KeyValuePair<object, object?>>? Items { get; private init; }

    /// <summary>The peer may be joined, and this is known of it.</summary>
    /// <param name="key">Peers are matched within equal keys, compared ordinally. It does not matter where the partner is dialled or joined explicitly.</param>
    /// <param name="items">What its <see cref="Peer.Items"/> get.</param>
    /// <returns>The verdict.</returns>
    public static AuthResult Accept(string? key = null, IEnumerable<KeyValuePair<object, object?>>? items = null) => new(true, null) { Key = key, Items = items };

    /// <summary>The peer may not be joined; its socket is closed, nothing else.</summary>
    /// <param name="reason">Why, for the log.</param>
    /// <returns>The verdict.</returns>
    public static AuthResult Reject(string? reason = null) => new(false, reason);
}
