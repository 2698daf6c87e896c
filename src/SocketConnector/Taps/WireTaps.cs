using SocketConnector.Sockets;

namespace SocketConnector.Taps;

/// <summary>Shows the taps of a connection what passes over the wire of one of its peers.</summary>
/// <param name="attached">The taps at that moment.</param>
/// <param name="peer">The side of the peer.</param>
/// <param name="time">The clock.</param>
internal sealed class WireTaps(Func<AttachedTap[]> attached, Side peer, TimeProvider time) : IWireSink
{
    public void Show(bool isSent, ReadOnlySpan<byte> bytes, DateTimeOffset? when = null)
    {
        DateTimeOffset then = when ?? time.GetUtcNow();
        foreach (AttachedTap tap in attached())
        {
            if (tap.SeesWire)
            {
                tap.Offer(peer, From(isSent), then, bytes);
            }
        }
    }

    public void Miss(bool isSent, long count)
    {
        foreach (AttachedTap tap in attached())
        {
            if (tap.SeesWire)
            {
                tap.MissOnWire(peer, From(isSent), count);
            }
        }
    }

    public void ShowEnd(bool isSent)
    {
        DateTimeOffset now = time.GetUtcNow();
        foreach (AttachedTap tap in attached())
        {
            if (tap.SeesWire)
            {
                tap.OfferEnd(peer, From(isSent), now);
            }
        }
    }

    private Side From(bool isSent) => isSent ? peer.Other() : peer;
}
