using SocketConnector.Admission;
using SocketConnector.Limits;
using SocketConnector.Sockets;
using SocketConnector.Timing;

namespace SocketConnector.Matching;

/// <summary>The peers that wait for a partner, first come first. Owns none of them: each belongs to the arrival that waits with it, until it is taken.</summary>
/// <param name="time">The clock.</param>
/// <param name="timeout">How long a peer may wait, unless for a partner of its own; infinite without a timer.</param>
internal sealed class PendingQueue(TimeProvider time, TimeSpan timeout)
{
    private readonly Lock _gate = new();
    private readonly Pairing<PendingPeer> _pairing = new();
    private ITimer? _timer;
    private bool _isArmed;
    private TaskCompletionSource? _change;
    private bool _isClosed;

    /// <summary>Takes the peer that has waited longest on the other side, or queues the arrival.</summary>
    /// <param name="arrival">An admitted peer.</param>
    /// <param name="isReserved">If it must wait, whether for a partner of its own, so that no other arrival may take it.</param>
    /// <param name="limits">If it must wait, whether it may.</param>
    public async ValueTask<Meeting> MeetAsync(PeerStream arrival, bool isReserved, PendingLimits? limits = null)
    {
        while (true)
        {
            // System calls that take time stay outside the lock.
            List<PendingPeer>? gone = null;
            PendingPeer? partner, place = null;
            Refusal? refusal = null;
            lock (_gate)
            {
                partner = _isClosed ? null : TakeFirst(arrival.Side.Other(), arrival.Peer.Key, ref gone);
                if (partner is null)
                {
                    refusal = _isClosed ? Refusal.Stopped : limits?.TryTake(arrival.Peer);
                    place = refusal is null ? Add(arrival, isReserved, limits) : null;
                }
            }

            TellChange();
            foreach (PendingPeer left in gone ?? [])
            {
                await left.EndAsync(PendingEnd.Left).ConfigureAwait(false);
            }

            // It may have left between the look and now.
            if (partner is null || await partner.EndAsync(PendingEnd.Taken).ConfigureAwait(false))
            {
                return new Meeting(partner?.Stream, place, refusal);
            }
        }
    }

    /// <summary>Takes the peer that has waited longest, whatever its key.</summary>
    /// <returns>The caller's now; none where the queue is empty.</returns>
    public async ValueTask<PeerStream?> TakeFirstAsync(Side side)
    {
        while (true)
        {
            PendingPeer? first;
            lock (_gate)
            {
                first = _pairing.FirstOfAll(side);
                if (first is null)
                {
                    return null;
                }

                Remove(first);
            }

            TellChange();
            if (await first.EndAsync(PendingEnd.Taken).ConfigureAwait(false))
            {
                return first.Stream;
            }
        }
    }

    /// <summary>Finishes when a peer has come or gone. To be asked for before looking at the queue.</summary>
    public Task ChangeAsync()
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return (Interlocked.CompareExchange(ref _change, mine, null) ?? mine).Task;
    }

    /// <summary>Takes one back that waits, with its owner, for a partner of its own.</summary>
    /// <returns>Whether it is still there.</returns>
    public async ValueTask<bool> TakeBackAsync(PendingPeer place) => TryRemove(place) && await place.EndAsync(PendingEnd.Taken).ConfigureAwait(false);

    /// <summary>Removes one. One of several callers succeeds, and decides what becomes of it.</summary>
    public bool TryRemove(PendingPeer place)
    {
        bool isRemoved;
        lock (_gate)
        {
            isRemoved = Remove(place);
        }

        if (isRemoved)
        {
            TellChange();
        }

        return isRemoved;
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

    /// <summary>Stops all that wait; later arrivals are turned away.</summary>
    public void Close()
    {
        PendingPeer[] all;
        lock (_gate)
        {
            _isClosed = true;
            _timer?.Dispose();
            all = [.. _pairing.Snapshot(Side.A), .. _pairing.Snapshot(Side.B)];
            foreach (PendingPeer pending in all)
            {
                Remove(pending);
            }
        }

        TellChange();
        foreach (PendingPeer pending in all)
        {
            pending.Stop(PendingEnd.Stopped);
        }
    }

    private void TellChange()
    {
        if (Volatile.Read(ref _change) is not null)
        {
            Interlocked.Exchange(ref _change, null)?.TrySetResult();
        }
    }

    private PendingPeer? TakeFirst(Side side, string? key, ref List<PendingPeer>? gone)
    {
        while (_pairing.First(side, key) is { } first)
        {
            Remove(first);
            if (!first.Stream.HasLeft())
            {
                return first;
            }

            // It left a moment ago, before its watch could tell.
            (gone ??= []).Add(first);
        }

        return null;
    }

    /// <summary>It waits no more, and counts no more as waiting.</summary>
    private bool Remove(PendingPeer pending)
    {
        bool isRemoved = _pairing.Remove(pending);
        if (isRemoved)
        {
            pending.Limits?.GiveBack(pending.Stream.Peer);
        }

        return isRemoved;
    }

    private PendingPeer Add(PeerStream arrival, bool isReserved, PendingLimits? limits)
    {
        var pending = new PendingPeer(arrival, time.GetTimestamp()) { Limits = limits };
        if (isReserved)
        {
            _pairing.Reserve(arrival.Side, pending);
        }
        else
        {
            _pairing.Enqueue(arrival.Side, pending, arrival.Peer.Key);
            Arm();
        }

        return pending;
    }

    /// <summary>One timer for all: they came in order, so the first of a side is the first that is due. Left alone while one is set.</summary>
    private void Arm()
    {
        if (timeout == Timeout.InfiniteTimeSpan || _isArmed || _isClosed || FirstDue() is not { } first)
        {
            return;
        }

        _isArmed = true;
        _timer ??= OneShot.Create(time, static queue => ((PendingQueue)queue!).Expire(), this);
        _timer.SetIn(timeout - time.GetElapsedTime(first.Since), time);
    }

    private PendingPeer? FirstDue() => (_pairing.FirstFree(Side.A), _pairing.FirstFree(Side.B)) switch
    {
        (null, var b) => b,
        (var a, null) => a,
        var (a, b) => a.Since <= b.Since ? a : b,
    };

    private void Expire()
    {
        List<PendingPeer> expired = [];
        lock (_gate)
        {
            _isArmed = false;
            while (FirstDue() is { } first && time.GetElapsedTime(first.Since) >= timeout)
            {
                Remove(first);
                expired.Add(first);
            }

            Arm();
        }

        if (expired.Count > 0)
        {
            TellChange();
        }

        foreach (PendingPeer pending in expired)
        {
            pending.Stop(PendingEnd.Expired);
        }
    }
}

/// <summary>What an arrival has met.</summary>
/// <param name="Partner">A peer that waited, and is the caller's now.</param>
/// <param name="Place">Where it waits itself.</param>
/// <param name="Refusal">Why there is neither.</param>
internal readonly record struct Meeting(PeerStream? Partner, PendingPeer? Place, Refusal? Refusal);
