using SocketConnector.Sockets;

namespace SocketConnector.Matching;

/// <summary>The peers that wait for a partner, first come first. Owns none of them: each belongs to the arrival that waits with it, until it is taken.</summary>
internal sealed class PendingQueue
{
    private readonly Lock _gate = new();
    private readonly Pairing<PendingPeer> _pairing = new();
    private bool _isClosed;

    /// <summary>Takes who has waited longest on the other side, or lets the arrival wait.</summary>
    /// <param name="arrival">Who came.</param>
    /// <param name="isReserved">If it must wait, whether for a partner of its own, so that nobody else may take it.</param>
    /// <returns>A partner, which is the caller's now, or the place where the arrival waits; neither once this is closed.</returns>
    public async ValueTask<(PeerStream? Partner, PendingPeer? Place)> MeetAsync(PeerStream arrival, bool isReserved)
    {
        while (true)
        {
            // System calls that take time stay outside the lock.
            List<PendingPeer>? gone = null;
            PendingPeer? partner, place = null;
            lock (_gate)
            {
                partner = _isClosed ? null : TakeFirst(arrival.Side.Other(), ref gone);
                if (!_isClosed && partner is null)
                {
                    place = Add(arrival, isReserved);
                }
            }

            foreach (PendingPeer left in gone ?? [])
            {
                await left.EndAsync(PendingEnd.Left).ConfigureAwait(false);
            }

            // It may have left between the look and now.
            if (partner is null || await partner.EndAsync(PendingEnd.Taken).ConfigureAwait(false))
            {
                return (partner?.Stream, place);
            }
        }
    }

    /// <summary>Takes one back that waits, with its owner, for a partner of its own.</summary>
    /// <returns>Whether it is still there.</returns>
    public async ValueTask<bool> TakeBackAsync(PendingPeer place) => TryRemove(place) && await place.EndAsync(PendingEnd.Taken).ConfigureAwait(false);

    /// <summary>Removes one. Of several who try, one succeeds, and says what becomes of it.</summary>
    public bool TryRemove(PendingPeer place)
    {
        lock (_gate)
        {
            return _pairing.Remove(place);
        }
    }

    /// <summary>Has a peer go on waiting for a partner of its own.</summary>
    /// <returns>Whether it was still there.</returns>
    public bool TryReserve(PendingPeer place)
    {
        lock (_gate)
        {
            return _pairing.TryReserve(place);
        }
    }

    public int Count(Side side)
    {
        lock (_gate)
        {
            return _pairing.Count(side);
        }
    }

    public IReadOnlyCollection<Peer> Snapshot(Side side)
    {
        lock (_gate)
        {
            return [.. _pairing.Snapshot(side).Select(pending => pending.Stream.Peer)];
        }
    }

    /// <summary>Stops everybody who waits; whoever comes later is turned away.</summary>
    public void Close()
    {
        PendingPeer[] all;
        lock (_gate)
        {
            _isClosed = true;
            all = [.. _pairing.Snapshot(Side.A), .. _pairing.Snapshot(Side.B)];
            foreach (PendingPeer pending in all)
            {
                _pairing.Remove(pending);
            }
        }

        foreach (PendingPeer pending in all)
        {
            pending.Stop();
        }
    }

    private PendingPeer? TakeFirst(Side side, ref List<PendingPeer>? gone)
    {
        while (_pairing.First(side) is { } first)
        {
            _pairing.Remove(first);
            if (!first.Stream.HasLeft())
            {
                return first;
            }

            // It left a moment ago, before its watch could tell.
            (gone ??= []).Add(first);
        }

        return null;
    }

    private PendingPeer Add(PeerStream arrival, bool isReserved)
    {
        var pending = new PendingPeer(arrival);
        if (isReserved)
        {
            _pairing.Reserve(arrival.Side, pending);
        }
        else
        {
            _pairing.Enqueue(arrival.Side, pending);
        }

        return pending;
    }
}
