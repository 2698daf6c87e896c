namespace SocketConnector.Diagnostics;

/// <summary>The peers joined on one side, by address. Bounded: the addresses seen last, and of each the sockets seen last.</summary>
internal sealed class RemoteLedger
{
    internal const int MaxAddresses = 256;
    internal const int MaxSockets = 32;

    private readonly Lock _gate = new();
    private readonly RecentMap<CompactEndPoint, Entry> _recent = new(MaxAddresses, static host => new Entry(host));

    public void Add(Peer peer)
    {
        lock (_gate)
        {
            _recent.Use(peer.Remote.Host).Add(peer.Remote.Port, peer.ConnectedAt);
        }
    }

    public IReadOnlyList<RemoteAddressStats> Snapshot()
    {
        lock (_gate)
        {
            return [.. _recent.LeastRecentFirst.Select(entry => entry.Snapshot())];
        }
    }

    private sealed class Entry(CompactEndPoint host)
    {
        private readonly Queue<(int? Port, DateTimeOffset ConnectedAt)> _recent = new();
        private long _sockets;

        public void Add(int? port, DateTimeOffset connectedAt)
        {
            _sockets++;
            if (_recent.Count == MaxSockets)
            {
                _recent.Dequeue();
            }

            _recent.Enqueue((port, connectedAt));
        }

        public RemoteAddressStats Snapshot() => new(host.HostText(), _sockets, [.. _recent.Select(socket => new RemoteSocket(socket.Port, socket.ConnectedAt))]);
    }
}
