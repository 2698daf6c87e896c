using System.Net;
using System.Net.Sockets;

namespace SocketConnector.Diagnostics;

/// <summary>Who was joined on one side, by address. Bounded: the addresses seen last, and of each the sockets seen last.</summary>
internal sealed class RemoteLedger
{
    internal const int MostAddresses = 256;
    internal const int MostSockets = 32;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _byAddress = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _leastRecentFirst = [];

    public void Add(Peer peer)
    {
        (string address, int? port) = Key(peer.RemoteEndPoint);
        lock (_gate)
        {
            if (_byAddress.TryGetValue(address, out LinkedListNode<Entry>? node))
            {
                _leastRecentFirst.Remove(node);
            }
            else
            {
                if (_byAddress.Count == MostAddresses)
                {
                    _byAddress.Remove(_leastRecentFirst.First!.Value.Address);
                    _leastRecentFirst.RemoveFirst();
                }

                node = new LinkedListNode<Entry>(new Entry(address));
                _byAddress.Add(address, node);
            }

            _leastRecentFirst.AddLast(node);
            node.Value.Add(new RemoteSocket(port, peer.ConnectedAt));
        }
    }

    public IReadOnlyList<RemoteAddressStats> Snapshot()
    {
        lock (_gate)
        {
            return [.. _leastRecentFirst.Select(entry => entry.Snapshot())];
        }
    }

    private static (string Address, int? Port) Key(EndPoint? endPoint) => endPoint switch
    {
        IPEndPoint ip => ((ip.Address.IsIPv4MappedToIPv6 ? ip.Address.MapToIPv4() : ip.Address).ToString(), ip.Port),
        UnixDomainSocketEndPoint unix => ($"unix:{unix}", null),
        _ => (EndPointText.Of(endPoint), null),
    };

    private sealed class Entry(string address)
    {
        private readonly Queue<RemoteSocket> _recent = new();
        private long _sockets;

        public string Address => address;

        public void Add(RemoteSocket socket)
        {
            _sockets++;
            if (_recent.Count == MostSockets)
            {
                _recent.Dequeue();
            }

            _recent.Enqueue(socket);
        }

        public RemoteAddressStats Snapshot() => new(address, _sockets, [.. _recent]);
    }
}
