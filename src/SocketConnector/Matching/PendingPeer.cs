using SocketConnector.Limits;
using SocketConnector.Sockets;

namespace SocketConnector.Matching;

/// <summary>What became of a peer that waited for a partner.</summary>
internal enum PendingEnd
{
    /// <summary>An arrival, or the user, took it and owns it now.</summary>
    Taken,

    /// <summary>It left by itself. Still its owner's to close.</summary>
    Left,

    /// <summary>Matching has stopped. Still its owner's to close.</summary>
    Stopped,

    /// <summary>It waited for too long. Still its owner's to close.</summary>
    Expired,
}

/// <summary>A peer that waits for a partner. The one caller that removes it from the queue decides what becomes of it.</summary>
/// <param name="stream">Its stream.</param>
/// <param name="since">When it began to wait, by the clock.</param>
internal sealed class PendingPeer(PeerStream stream, long since)
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _left = new();
    private readonly TaskCompletionSource<bool> _isThere = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile PendingEnd _end;

    public PeerStream Stream => stream;

    /// <summary>Those that it counts under while it waits.</summary>
    public PendingLimits? Limits { get; init; }

    public long Since => since;

    /// <summary>Cancelled when the peer leaves, so that nothing more is done for it.</summary>
    public CancellationToken Left => _left.Token;

    /// <summary>Watches it, on behalf of its owner, until it is taken, leaves, or is stopped.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="tryRemove">Removes it from the queue; says whether it was still there.</param>
    public async Task<PendingEnd> WatchAsync(TimeProvider time, Func<PendingPeer, bool> tryRemove)
    {
        bool hasLeft = true;
        try
        {
            hasLeft = await stream.WaitUntilLeftAsync(time, _stop.Token).ConfigureAwait(false) || _end == PendingEnd.Left;
        }
        catch (Exception)
        {
            // Whatever it is, a peer that is watched no more is given up: something may wait for the answer below.
        }

        if (hasLeft)
        {
            // A caller that has removed it at the same moment finds that it has left.
            tryRemove(this);
            _isThere.SetResult(false);
            await _left.CancelAsync().ConfigureAwait(false);
            return PendingEnd.Left;
        }

        PendingEnd end = _end;
        _isThere.SetResult(true);
        return end;
    }

    /// <summary>For the caller that has removed it because it need not wait any longer: its owner closes it.</summary>
    public void Stop(PendingEnd end)
    {
        _end = end;
        _stop.Cancel();
    }

    /// <summary>For the caller that has removed it: ends the watch, so that nothing else reads from the stream.</summary>
    /// <returns>Whether the peer is still there.</returns>
    public async Task<bool> EndAsync(PendingEnd end)
    {
        _end = end;
        await _stop.CancelAsync().ConfigureAwait(false);
        return await _isThere.Task.ConfigureAwait(false);
    }
}
