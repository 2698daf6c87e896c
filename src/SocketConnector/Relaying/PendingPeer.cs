using SocketConnector.Sockets;

namespace SocketConnector.Relaying;

/// <summary>A peer that waits for a partner, and the watch that notices when it leaves.</summary>
internal sealed class PendingPeer(PeerStream socket)
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _left = new();
    private readonly TaskCompletionSource<bool> _stillThere = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public PeerStream Socket => socket;

    /// <summary>Cancelled when the peer leaves, so that nothing more is done for it.</summary>
    public CancellationToken Left => _left.Token;

    /// <param name="time">The clock.</param>
    /// <param name="left">Called when the peer has left, unless the watch was stopped before.</param>
    public async Task WatchAsync(TimeProvider time, Action<PendingPeer> left)
    {
        try
        {
            await socket.WaitUntilLeftAsync(time, _stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            _stillThere.SetResult(true);
            return;
        }
        catch (Exception)
        {
            // Whatever it is, a peer that is watched no more is given up: something waits for the answer below.
        }

        _stillThere.SetResult(false);
        try
        {
            left(this);
        }
        finally
        {
            await _left.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Ends the watch, so that nothing else reads from the socket.</summary>
    /// <returns>Whether the peer is still there.</returns>
    public async Task<bool> StopWatchingAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        return await _stillThere.Task.ConfigureAwait(false);
    }
}
