using SocketConnector.Sockets;

namespace SocketConnector.Joining;

/// <summary>
/// Waits until two streams that were ended here can be closed without a reset: closing over bytes that were not read makes one, and so
/// do bytes that come later, and it may overtake what is still on its way to the peer.
/// </summary>
internal static class Parting
{
    /// <summary>When it is looked for the first time whether a peer has everything by now; each further look takes twice as long.</summary>
    internal static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(10);

    /// <summary>How long a peer that has everything may take to notice its end, and to stop sending.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public static Task WaitAsync(PeerStream a, PeerStream b, TimeProvider time) => Task.WhenAll(WaitAsync(a, time), WaitAsync(b, time));

    private static async Task WaitAsync(PeerStream peer, TimeProvider time)
    {
        try
        {
            TimeSpan look = FirstLook;
            long since = time.GetTimestamp();
            for (long? came = peer.Available; came is not null; look = look < Patience ? 2 * look : look)
            {
                bool? holdsTail = peer.Stream.HoldsTail;
                if (holdsTail == true)
                {
                    since = time.GetTimestamp();
                }
                else if ((holdsTail == false && came == 0 && peer.Available == 0) || time.GetElapsedTime(since) >= Patience)
                {
                    // It is quiet and has everything, as an idle one has; or it sends on and on.
                    return;
                }

                using var enough = new CancellationTokenSource(look, time);
                came = await peer.DropUntilEndAsync(enough.Token).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (SocketFailure.Is(error))
        {
            // It is gone, or was cut meanwhile.
        }
    }
}
