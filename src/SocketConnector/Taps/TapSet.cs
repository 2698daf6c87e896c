using SocketConnector.Diagnostics;
using SocketConnector.Sockets;

namespace SocketConnector.Taps;

/// <summary>The taps of one connection. There is none of it before the first tap.</summary>
internal sealed class TapSet(long connection, Observer observer, TimeProvider time) : ITapSet
{
    private readonly Lock _gate = new();
    private AttachedTap[] _attached = [];
    private CloseInfo? _closed;

    public bool IsEmpty => Volatile.Read(ref _attached).Length == 0;

    /// <summary>Whether a tap sees what passes below TLS.</summary>
    public bool SeesWire => Volatile.Read(ref _attached).Any(static tap => tap.SeesWire);

    /// <summary>Whether a tap is to see more of a side.</summary>
    public bool Sees(Side from)
    {
        foreach (AttachedTap tap in Volatile.Read(ref _attached))
        {
            if (tap.Sees(from))
            {
                return true;
            }
        }

        return false;
    }

    /// <exception cref="InvalidOperationException">It was attached before.</exception>
    public AttachedTap Attach(Tap tap)
    {
        var attached = new AttachedTap(tap, this, observer.Taps);
        if (!tap.TryAttach(attached))
        {
            return attached;
        }

        CloseInfo? closed;
        lock (_gate)
        {
            closed = _closed;
            if (closed is null)
            {
                Volatile.Write(ref _attached, [.. _attached, attached]);
            }
        }

        if (closed is not null)
        {
            attached.Close(closed, time.GetUtcNow());
        }
        else if (attached.IsOver)
        {
            // Detached meanwhile, by somebody who did not find it here.
            Remove(attached);
        }

        return attached;
    }

    IDisposable ITapSet.Attach(Tap tap) => Attach(tap);

    /// <summary>Shows bytes to those that want this view of them; without one, the bytes are the same in each.</summary>
    public void Show(Side from, ReadOnlySpan<byte> bytes, TapView? view = null)
    {
        if (bytes.IsEmpty || !Sees(from))
        {
            return;
        }

        DateTimeOffset now = time.GetUtcNow();
        foreach (AttachedTap tap in Volatile.Read(ref _attached))
        {
            if (view is null || tap.View == view)
            {
                tap.Offer(wireOf: null, from, now, bytes);
            }
        }
    }

    public void ShowEnd(Side of, TapView? view = null)
    {
        DateTimeOffset now = time.GetUtcNow();
        foreach (AttachedTap tap in Volatile.Read(ref _attached))
        {
            if (view is null || tap.View == view)
            {
                tap.OfferEnd(wireOf: null, of, now);
            }
        }
    }

    /// <summary>What passes over the wire of this peer, for the taps that see it.</summary>
    public IWireSink WireOf(Side peer) => new WireTaps(() => Volatile.Read(ref _attached), peer, time);

    /// <summary>Bytes that no tap can see any more pass on: missed by those for which this is the first call of a side.</summary>
    public void MissHeld(Side from, int count)
    {
        foreach (AttachedTap tap in Volatile.Read(ref _attached))
        {
            tap.MissHeld(from, count);
        }
    }

    public void Close(CloseInfo info)
    {
        AttachedTap[] attached;
        lock (_gate)
        {
            if (_closed is not null)
            {
                return;
            }

            _closed = info;
            attached = _attached;
            Volatile.Write(ref _attached, []);
        }

        DateTimeOffset now = time.GetUtcNow();
        foreach (AttachedTap tap in attached)
        {
            tap.Close(info, now);
        }
    }

    public void Remove(AttachedTap tap)
    {
        lock (_gate)
        {
            Volatile.Write(ref _attached, [.. _attached.Where(one => one != tap)]);
        }
    }

    public void ReportMissed(long bytes) => observer.MissedByTap(bytes);

    public void ReportFailed(Tap tap, Exception error) => observer.Log.TapFailed(connection, tap.GetType().Name, ErrorText.Of(error));
}
