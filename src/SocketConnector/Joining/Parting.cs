using SocketConnector.Sockets;

namespace SocketConnector.Joining;

/// <summary>
/// Waits until two streams that were ended here can be closed without a reset: closing over bytes that were not read makes one, and so
/// do bytes that come later, and it may overtake what is still on its way to the peer.
/// </summary>
internal static class Parting
{
    /// <summary>How long a peer that has everything may take to notice its end, and stop sending.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public static Task WaitAsync(PeerStream a, PeerStream b, TimeProvider time) => Task.WhenAll(WaitAsync(a, time), WaitAsync(b, time));

    private static async Task WaitAsync(PeerStream peer, TimeProvider time)
    {
        try
        {
            if (peer.Available == 0 && peer.Stream.HoldsTail == false)
            {
                // It is quiet, as an idle peer is, and has everything.
                return;
            }

            bool hasEnded;
            do
            {
                using var patience = new CancellationTokenSource(Patience, time);
                hasEnded = await peer.DropUntilEndAsync(patience.Token).ConfigureAwait(false);
            }
            while (!hasEnded && peer.Stream.HoldsTail == true);
        }
        catch (Exception error) when (SocketFailure.Is(error))
        {
            // It is gone, or was cut meanwhile.
        }
    }
}
