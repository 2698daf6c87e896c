namespace SocketConnector;

/// <summary>A verifier's verdict.</summary>
public readonly record struct AuthResult
{
    // It is in every message about the peer.
    private const int MaxIdentity = 256;

    private AuthResult(bool isAccepted, string? reason) => (IsAccepted, Reason) = (isAccepted, reason);

    /// <summary>Whether the peer may be joined.</summary>
    public bool IsAccepted { get; }

    /// <summary>Why not, for the log.</summary>
    public string? Reason { get; }

    /// <summary>The peer is matched only with peers of an equal key. Peers without a key match each other.</summary>
    public string? Key { get; private init; }

    /// <summary>Added to <see cref="Peer.Items"/>, if the verifier finishes in time.</summary>
    public IEnumerable<KeyValuePair<object, object?>>? Items { get; private init; }

    /// <summary>Whose key or name was verified: becomes <see cref="Peer.Identity"/>.</summary>
    public string? Identity { get; private init; }

    /// <summary>Accepts the peer.</summary>
    /// <param name="key">Only peers with equal keys are matched (ordinal comparison). Ignored if the partner is dialled or joined explicitly.</param>
    /// <param name="items">Added to <see cref="Peer.Items"/>.</param>
    /// <param name="identity">Becomes <see cref="Peer.Identity"/>.</param>
    /// <returns>The verdict.</returns>
    /// <exception cref="ArgumentException"><paramref name="identity"/> is empty or longer than 256 characters.</exception>
    public static AuthResult Accept(string? key = null, IEnumerable<KeyValuePair<object, object?>>? items = null, string? identity = null) =>
        new(true, null) { Key = key, Items = items, Identity = Bounded(identity) };

    /// <summary>Rejects the peer; only its socket is closed.</summary>
    /// <param name="reason">Why, for the log.</param>
    /// <returns>The verdict.</returns>
    public static AuthResult Reject(string? reason = null) => new(false, reason);

    /// <summary>The verdict in one line, with what could break it escaped. Without its key, which may be a secret of those that have it.</summary>
    /// <returns>The text.</returns>
    public override string ToString() =>
        $"{nameof(AuthResult)} {{ {nameof(IsAccepted)} = {IsAccepted}, {nameof(Reason)} = {LegibleText.Of(Reason ?? "")}, {nameof(Identity)} = {LegibleText.Of(Identity ?? "")} }}";

    private static string? Bounded(string? identity) => identity is null or { Length: > 0 and <= MaxIdentity }
        ? identity
        : throw new ArgumentException($"{nameof(identity)} must have 1 to {MaxIdentity} characters.", nameof(identity));
}
