using SocketConnector.Diagnostics;
using SocketConnector.Sockets;

namespace SocketConnector.Relaying;

/// <summary>A stream that the user owns, through its <see cref="Peer"/>, until it is joined or disposed.</summary>
/// <param name="stream">The stream.</param>
/// <param name="observer">Of the listener or the dialer that it comes from.</param>
internal sealed class HandedOut(PeerStream stream, Observer observer) : IHandedOut
{
    public PeerStream Stream => stream;

    /// <summary>Takes both or neither.</summary>
    /// <exception cref="ArgumentException">One of them is not the caller's; the other still is.</exception>
    public static (HandedOut One, HandedOut Other) TakeBoth(Peer peer, Peer partner)
    {
        const string Mistake = "the peer is not the caller's, or one is being dialled for it";
        _ = peer.Borrow() ?? throw new ArgumentException(Mistake, nameof(peer));
        if (partner.Borrow() is null)
        {
            peer.Return();
            throw new ArgumentException(Mistake, nameof(partner));
        }

        var one = peer.TakeBorrowed() as HandedOut;
        var other = partner.TakeBorrowed() as HandedOut;
        if (one is not null && other is not null)
        {
            return (one, other);
        }

        // Disposed by another thread in this moment.
        one?.Abort();
        other?.Abort();
        throw new ArgumentException(Mistake, one is null ? nameof(peer) : nameof(partner));
    }

    public void Abort()
    {
        observer.Count(CloseReason.Aborted, null);
        try
        {
            stream.Abort();
        }
        finally
        {
            observer.TellNotJoined(stream.Peer, CloseReason.Aborted, null, "this program closed it");
        }
    }
}
