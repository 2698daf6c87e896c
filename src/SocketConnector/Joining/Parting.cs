using SocketConnector.Sockets;

namespace SocketConnector.Joining;

/// <summary>
/// Closes a stream that was ended here, once that makes no reset: closing over bytes that were not read makes one, and so do bytes that
/// come later, and it may overtake what is still on its way to the peer.
/// </summary>
internal static class Parting
{
    /// <summary>When it is looked for the first time whether a peer has everything by now; each further look takes twice as long.</summary>
    internal static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(10);

    /// <summary>How long a peer that has everything may take to notice its end, and to stop sending.</summary>
    internal static readonly TimeSpan Patience = LingeringClose.Patience;

    /// <summary>Closes both streams of a pair.</summary>
    /// <inheritdoc cref="CloseAsync"/>
    public static async Task<(Exception? FailureA, Exception? FailureB)> CloseBothAsync(PeerStream a, PeerStream b, bool isIdle, TimeProvider time)
    {
        Task<Exception?> closingA = CloseAsync(a, isIdle, time), closingB = CloseAsync(b, isIdle, time);
        await Task.WhenAll(closingA, closingB).ConfigureAwait(false);
        return (await closingA.ConfigureAwait(false), await closingB.ConfigureAwait(false));
    }

    /// <param name="peer">Closed in the end.</param>
    /// <param name="isIdle">Whether nothing has moved just now, so that the peer has nothing to answer to.</param>
    /// <param name="time">The clock.</param>
    /// <returns>What it failed with while it had not acknowledged everything; nothing where it has everything.</returns>
    private static async Task<Exception?> CloseAsync(PeerStream peer, bool isIdle, TimeProvider time)
    {
        bool? holdsTail = true;
        try
        {
            TimeSpan look = FirstLook;
            long since = time.GetTimestamp();
            bool isFirst = !isIdle;
            for (long? came = peer.Available; came is not null; look = look < Patience ? 2 * look : look)
            {
                holdsTail = peer.Stream.HoldsTail;
                if (holdsTail == true)
                {
                    since = time.GetTimestamp();
                }
                else if ((holdsTail == false && !isFirst && came == 0 && IsQuiet(peer)) || time.GetElapsedTime(since) >= Patience)
                {
                    // It is quiet and has everything, as an idle one has; or it sends on and on.
                    break;
                }

                isFirst = false;
                using var enough = new CancellationTokenSource(look, time);
                came = await peer.DropUntilEndAsync(enough.Token).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (SocketFailure.Is(error))
        {
            // It is gone, or was cut meanwhile. TLS that has ended without a close-notify has ended all the same: it answers to one.
            return holdsTail == true && error is not ExplainedSocketException { Cause: CloseReason.Truncated } ? error : null;
        }

        peer.Close();
        return null;
    }

    private static bool IsQuiet(PeerStream peer) => peer.Available == 0 && !peer.Stream.IsAtMark;
}
