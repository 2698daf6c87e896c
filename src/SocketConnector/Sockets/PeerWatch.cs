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

    /// <summary>Finishes when the peer has gone while it waits for a partner.</summary>
    /// <exception cref="OperationCanceledException">The wait was given up; not a byte is lost.</exception>
    public static async Task WaitUntilLeftAsync(this PeerStream peer, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            bool hasEnded;
            do
            {
                await peer.Stream.WaitReadableAsync(cancellationToken).ConfigureAwait(false);
            }
            while (!peer.TryLook(out hasEnded));
            if (!peer.HasLeading && hasEnded)
            {
                return;
            }
        }
        catch (Exception error) when (SocketFailure.Is(error))
        {
            return;
        }

        // There is something to relay, so the peer may have ended its half and stays. From now on the socket is always
        // readable, and no event tells of a reset: look from time to time.
        while (!peer.HasLeft())
        {
            await Task.Delay(_resetCheck, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
