namespace SocketConnector;

/// <summary>The end of what a <see cref="Tap"/> sees.</summary>
public sealed class TapClosed
{
    internal TapClosed(CloseInfo info, DateTimeOffset time, long missed) => (Info, Time, Missed) = (info, time, missed);

    /// <summary>Why the connection ended, or was not made.</summary>
    public CloseInfo Info { get; }

    /// <summary>When it ended, which may be some time ago.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>How many bytes of its view the tap did not see, of those that passed while it was attached.</summary>
    public long Missed { get; }

    /// <summary>How many of them were of side A, behind everything of it that the tap has seen.</summary>
    public long MissedA { get; internal init; }

    /// <summary>The same of side B.</summary>
    public long MissedB { get; internal init; }

    /// <summary>By the side of the peer, and then by the side that the bytes come from.</summary>
    internal long[]? Wire { get; init; }

    /// <summary>How many bytes the tap did not see of what passed over the wire of a peer over TLS, behind everything of it that it has seen.</summary>
    /// <param name="peer">The side of that peer.</param>
    /// <param name="from">The same side for what the peer sent, the other for what this program sent.</param>
    /// <returns>So many; none where the tap does not see the wire.</returns>
    public long MissedOnWire(Side peer, Side from) => Wire?[(2 * (int)peer) + (int)from] ?? 0;
}
