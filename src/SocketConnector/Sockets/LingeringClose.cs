namespace SocketConnector.Sockets;

/// <summary>
/// Closes in order although the peer may be sending still: closing over unread bytes would reset, and a reset may overtake what was sent
/// before it.
/// </summary>
internal static class LingeringClose
{
    /// <summary>How long a peer that has everything may take to notice its end, and to stop sending.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private const int ReadsPerTurn = 64;

    /// <summary>Ends the stream, then drops what comes until the peer ends its own, for <see cref="Patience"/> at most.</summary>
    public static async Task PartAsync(this PeerStream peer, TimeProvider time, CancellationToken stopping)
    {
        try
        {
            using var patience = new CancellationTokenSource(Patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stopping);
            await peer.EndSendingAsync(either.Token).ConfigureAwait(false);
            await peer.DropUntilEndAsync(either.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (SocketFailure.Is(error) || error is OperationCanceledException)
        {
            // Gone, or it takes no end: closed all the same.
        }
        finally
        {
            peer.Close();
        }
    }

    /// <summary>Drops what comes until the peer ends its half.</summary>
    /// <returns>Nothing where it has; how much came where it was given up.</returns>
    /// <exception cref="System.Net.Sockets.SocketException">The socket has failed.</exception>
    public static async Task<long?> DropUntilEndAsync(this PeerStream peer, CancellationToken giveUp)
    {
        byte[] dropped = new byte[4096];
        long came = 0;
        try
        {
            int count = 0;
            int reads = 0;
            do
            {
                came += count;

                // A peer that sends without a pause is never waited for.
                giveUp.ThrowIfCancellationRequested();
                if (++reads % ReadsPerTurn == 0)
                {
                    await Task.Yield();
                }

                await peer.WaitReadableAsync(giveUp).ConfigureAwait(false);
            }
            while (!peer.TryReceive(dropped, out count) || count > 0);
            return null;
        }
        catch (OperationCanceledException)
        {
            return came;
        }
    }
}
