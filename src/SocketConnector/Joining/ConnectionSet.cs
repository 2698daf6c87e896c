using SocketConnector.Diagnostics;

namespace SocketConnector.Joining;

/// <summary>The connections that are joined now, and what all of them together have moved.</summary>
/// <param name="observer">The connector's.</param>
/// <param name="expiry">Ends those whose time is up; none where no time is limited.</param>
internal sealed class ConnectionSet(Observer observer, Expiry? expiry)
{
    private static long _lastId;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, Connection> _active = [];
    private readonly IdentityLedger _identitiesA = new();
    private readonly IdentityLedger _identitiesB = new();
    private long _pairs;
    private long _endedAToB;
    private long _endedBToA;
    private bool _isClosed;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _active.Count;
            }
        }
    }

    /// <summary>Unique in the process, so that the logs of several connectors can be told apart.</summary>
    public static long NextId() => Interlocked.Increment(ref _lastId);

    /// <returns>Whether it was added; not once the set is closed.</returns>
    public bool TryAdd(Connection connection)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return false;
            }

            _active.Add(connection.Id, connection);
            _pairs++;
            _identitiesA.Joined(connection.PeerA);
            _identitiesB.Joined(connection.PeerB);
        }

        expiry?.Add(connection);
        return true;
    }

    public void Remove(Connection connection)
    {
        lock (_gate)
        {
            _active.Remove(connection.Id);
            _identitiesA.Ended(OfA(connection));
            _identitiesB.Ended(OfB(connection));
            _endedAToB += connection.BytesAToB;
            _endedBToA += connection.BytesBToA;
        }

        expiry?.Remove(connection);
    }

    /// <summary>Takes no further connection.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
        }
    }

    /// <summary>Takes no further connection, provided that there is none now.</summary>
    public bool TryCloseEmpty()
    {
        lock (_gate)
        {
            return _active.Count == 0 && (_isClosed = true);
        }
    }

    public Connection? Find(long id)
    {
        lock (_gate)
        {
            return _active.GetValueOrDefault(id);
        }
    }

    public IReadOnlyCollection<Connection> Snapshot()
    {
        lock (_gate)
        {
            return [.. _active.Values];
        }
    }

    /// <summary>Bytes delivered to a side so far.</summary>
    public long DeliveredTo(Side side)
    {
        lock (_gate)
        {
            return side == Side.B ? _endedAToB + _active.Values.Sum(static one => one.BytesAToB) : _endedBToA + _active.Values.Sum(static one => one.BytesBToA);
        }
    }

    /// <summary>The totals and the active connections, as they were at one moment.</summary>
    public ConnectorStats Stats()
    {
        long aToB, bToA, pairs;
        int active;
        IReadOnlyList<IdentityStats> identitiesA, identitiesB;
        lock (_gate)
        {
            (aToB, bToA, pairs, active) = (_endedAToB, _endedBToA, _pairs, _active.Count);
            foreach (Connection connection in _active.Values)
            {
                aToB += connection.BytesAToB;
                bToA += connection.BytesBToA;
            }

            identitiesA = _identitiesA.Snapshot(_active.Values.Select(OfA));
            identitiesB = _identitiesB.Snapshot(_active.Values.Select(OfB));
        }

        return new ConnectorStats
        {
            SocketPairs = pairs,
            ActiveConnections = active,
            BytesAToB = aToB,
            BytesBToA = bToA,
            Closed = observer.Closings.Snapshot(),
            RemotesA = observer.RemotesA.Snapshot(),
            RemotesB = observer.RemotesB.Snapshot(),
            IdentitiesA = identitiesA,
            IdentitiesB = identitiesB,
            LostLogMessages = observer.LostLogMessages,
            LostEvents = observer.LostEvents,
            LostMeasurements = observer.LostMeasurements,
        };
    }

    private static IdentityLedger.Moved OfA(Connection connection) => new(connection.PeerA, connection.BytesAToB, connection.BytesBToA);

    private static IdentityLedger.Moved OfB(Connection connection) => new(connection.PeerB, connection.BytesBToA, connection.BytesAToB);
}
