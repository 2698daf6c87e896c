namespace SocketConnector.Diagnostics;

/// <summary>The peers joined on one side, by address. Bounded: the addresses seen last, and of each the sockets seen last.</summary>
internal sealed class RemoteLedger
{
    internal const int MaxAddresses = 256;
    internal const int MaxSockets = 32;

    private readonly Lock _gate = new();
    private readonly Dictionary<CompactEndPoint, LinkedListNode<Entry>> _byHost = [];
    private readonly LinkedList<Entry> _leastRecentFirst = [];

    public void Add(Peer peer)
    {
        CompactEndPoint host = peer.Remote.Host;
        lock (_gate)
        {
            if (_byHost.TryGetValue(host, out LinkedListNode<Entry>? node))
            {
                _leastRecentFirst.Remove(node);
            }
            else
            {
                if (_byHost.Count == MaxAddresses)
                {
                    _byHost.Remove(_leastRecentFirst.First!.Value.Host);
                    _leastRecentFirst.RemoveFirst();
                }

                node = new LinkedListNode<Entry>(new Entry(host));
                _byHost.Add(host, node);
            }

            _leastRecentFirst.AddLast(node);
            node.Value.Add(peer.Remote.Port, peer.ConnectedAt);
        }
    }

    public IReadOnlyList<RemoteAddressStats> Snapshot()
    {
        lock (_gate)
        {
            return [.. _leastRecentFirst.Select(entry => entry.Snapshot())];
        }
    }

    private sealed class Entry(CompactEndPoint host)
    {
        private readonly Queue<(int? Port, DateTimeOffset ConnectedAt)> _recent = new();
        private long _sockets;

        public CompactEndPoint Host => host;

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
