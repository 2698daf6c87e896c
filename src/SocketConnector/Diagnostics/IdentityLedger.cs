namespace SocketConnector.Diagnostics;

/// <summary>The peers joined on one side, by <see cref="Peer.Identity"/>. Bounded: the identities seen last. For one thread at a time.</summary>
internal sealed class IdentityLedger
{
    internal const int MaxIdentities = 256;

    private readonly RecentMap<string, Entry> _recent = new(MaxIdentities, static identity => new Entry(identity));

    public void Joined(Peer peer)
    {
        if (peer.Identity is { } identity)
        {
            Entry entry = _recent.Use(identity);
            entry.Sockets++;
            entry.LastConnectedAt = peer.ConnectedAt;
        }
    }

    public void Ended(Moved moved)
    {
        if (moved.Peer.Identity is { } identity && _recent.TryGet(identity, out Entry? entry))
        {
            entry.Received += moved.Received;
            entry.Sent += moved.Sent;
        }
    }

    /// <param name="active">The peers that are joined now, and what they have moved so far.</param>
    public IReadOnlyList<IdentityStats> Snapshot(IEnumerable<Moved> active)
    {
        ILookup<string, Moved> now = active.Where(moved => moved.Peer.Identity is not null).ToLookup(moved => moved.Peer.Identity!);
        return [.. _recent.LeastRecentFirst.Select(entry => entry.Snapshot([.. now[entry.Identity]]))];
    }

    /// <summary>What went through one peer.</summary>
    /// <param name="Peer">The peer.</param>
    /// <param name="Received">Bytes that came from it and were delivered.</param>
    /// <param name="Sent">Bytes that were delivered to it.</param>
    public readonly record struct Moved(Peer Peer, long Received, long Sent);

    private sealed class Entry(string identity)
    {
        public string Identity => identity;

        public long Sockets { get; set; }

        public DateTimeOffset LastConnectedAt { get; set; }

        public long Received { get; set; }

        public long Sent { get; set; }

        public IdentityStats Snapshot(IReadOnlyCollection<Moved> active) => new(
            identity, Sockets, active.Count, LastConnectedAt, Received + active.Sum(moved => moved.Received), Sent + active.Sum(moved => moved.Sent));
    }
}
