namespace SocketConnector.Sockets;

/// <summary>Tells whether a peer that nobody reads from has gone. Reads nothing.</summary>
internal static class PeerWatch
{
    private static readonly TimeSpan _resetCheck = TimeSpan.FromSeconds(1);

    /// <summary>Whether the peer has gone, as far as the system knows now: reset, or closed without a byte to relay.</summary>
    public static bool HasLeft(this PeerStream peer)
    {
        try
        {
            return peer.Stream.HasFailed()
                || (peer.IsSpare && peer.Stream.HasPeerEnded())
                || peer.IsAtEnd();
        }
        catch (Exception)
        {
            // Closed, failed, or of no use in some other way.
            return true;
        }
    }

    /// <summary>Finishes when the peer has gone while it waits for a partner, or when the wait is given up: without an exception, since each peer that finds one is.</summary>
    /// <returns>Whether it has gone; otherwise not a byte is lost.</returns>
    public static async Task<bool> WaitUntilLeftAsync(this PeerStream peer, TimeProvider time, CancellationToken giveUp)
    {
        try
        {
            bool hasEnded;
            do
            {
                Task readable = peer.Stream.WaitReadableAsync(giveUp).AsTask();
                await readable.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (readable.IsCanceled)
                {
                    return false;
                }

                await readable.ConfigureAwait(false);
            }
            while (!peer.TryLook(out hasEnded));
            if (!peer.HasLeading && hasEnded)
            {
                return true;
            }
        }
        catch (OperationCanceledException)
        {
            // So the runtime's sockets put it.
            return false;
        }
        catch (Exception error) when (SocketFailure.Is(error))
        {
            return true;
        }

        // There is something to relay, so the peer may have ended its half and stays. From now on the socket is always
        // readable, and no event tells of a reset: look from time to time.
        while (!peer.HasLeft())
        {
            await Task.Delay(_resetCheck, time, giveUp).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (giveUp.IsCancellationRequested)
            {
                return false;
            }
        }

        return true;
    }
}
