using SocketConnector.Diagnostics;
using SocketConnector.Matching;
using SocketConnector.Sockets;

namespace SocketConnector.Relaying;

/// <summary>
/// Holds the pending peers, notices those that leave, and joins arrivals to them. A peer is owned by whoever takes it out:
/// its partner, its own departure, or the closing of the room.
/// </summary>
internal sealed class WaitingRoom(TimeProvider time, Observer observer, OwnedTasks work)
{
    private readonly Lock _gate = new();
    private readonly Pairing<PendingPeer> _pairing = new();
    private bool _isClosed;

    /// <summary>Called after a peer has left by itself.</summary>
    public event Action? Left;

    /// <summary>Joins the arrival to who waits for it, or lets it wait.</summary>
    /// <param name="arrival">Who came. Owned by the room from here on, unless a partner is returned.</param>
    /// <param name="isReserved">If it must wait, whether it waits for a partner of its own.</param>
    /// <returns>A partner, which is the caller's now, or the place where the arrival waits; neither when the room is closed.</returns>
    public async Task<(PeerStream? Partner, PendingPeer? Place)> MeetAsync(PeerStream arrival, bool isReserved)
    {
        // Logging and system calls that take time stay outside the lock.
        List<PendingPeer>? gone = null;
        PendingPeer? partner, place = null;
        bool isClosed;
        lock (_gate)
        {
            isClosed = _isClosed;
            partner = isClosed ? null : TakeFirst(arrival.Side.Other(), ref gone);
            if (!isClosed && partner is null)
            {
                place = Seat(arrival, isReserved);
            }
        }

        gone?.ForEach(left => work.Run(() => CloseAsync(left, CloseReason.PeerReset, left.Socket.Side)));
        if (isClosed)
        {
            Close(arrival, CloseReason.Aborted, null);
        }
        else if (place is not null)
        {
            work.Run(() => place.WatchAsync(time, WhenLeft));
            observer.Log.PeerPending(arrival.Peer);
        }
        else if (!await partner!.StopWatchingAsync().ConfigureAwait(false))
        {
            // It left between the look and now.
            Leave(partner);
            return await MeetAsync(arrival, isReserved).ConfigureAwait(false);
        }

        return (partner?.Socket, place);
    }

    /// <summary>Takes a peer out, if it is still there and neither left nor was taken.</summary>
    public async Task<bool> TakeAsync(PendingPeer place)
    {
        lock (_gate)
        {
            if (!_pairing.Remove(place))
            {
                return false;
            }
        }

        if (await place.StopWatchingAsync().ConfigureAwait(false))
        {
            return true;
        }

        Leave(place);
        return false;
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
            return [.. _pairing.Snapshot(side).Select(pending => pending.Socket.Peer)];
        }
    }

    /// <summary>Resets everybody who waits; whoever comes later is turned away.</summary>
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
            work.Run(() => CloseAsync(pending, CloseReason.Aborted, null));
        }
    }

    private PendingPeer? TakeFirst(Side side, ref List<PendingPeer>? gone)
    {
        while (_pairing.First(side) is { } first)
        {
            _pairing.Remove(first);
            if (!first.Socket.HasLeft())
            {
                return first;
            }

            // It left a moment ago, before its watch could tell.
            (gone ??= []).Add(first);
        }

        return null;
    }

    private PendingPeer Seat(PeerStream arrival, bool isReserved)
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

    private void WhenLeft(PendingPeer pending)
    {
        lock (_gate)
        {
            if (!_pairing.Remove(pending))
            {
                return;
            }
        }

        Leave(pending);
    }

    private async Task CloseAsync(PendingPeer pending, CloseReason reason, Side? side)
    {
        await pending.StopWatchingAsync().ConfigureAwait(false);
        Close(pending.Socket, reason, side);
        Left?.Invoke();
    }

    private void Leave(PendingPeer pending)
    {
        Close(pending.Socket, CloseReason.PeerReset, pending.Socket.Side);
        Left?.Invoke();
    }

    private void Close(PeerStream socket, CloseReason reason, Side? side)
    {
        observer.Count(reason, side);
        socket.Abort();
        observer.TellPendingEnded(socket.Peer, reason, side);
    }
}
