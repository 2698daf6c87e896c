namespace SocketConnector.Taps;

/// <summary>What a tap has in its queue of one kind of bytes, and what it missed of them. Guarded by the tap's lock.</summary>
/// <param name="wireOf">The peer over whose wire they pass; none where they are of the tap's view.</param>
internal sealed class TapLane(Side? wireOf)
{
    private readonly long[] _missedSince = new long[2];
    private int _bytes;
    private int _chunks;

    public Side? WireOf => wireOf;

    /// <summary>In all.</summary>
    public long Missed { get; private set; }

    /// <returns>Whether there was room; otherwise they are missed.</returns>
    public bool TryEnter(Side from, int bytes)
    {
        if (_chunks > 0 && (_chunks == AttachedTap.MaxChunks || bytes > AttachedTap.MaxBytes - _bytes))
        {
            Miss(from, bytes);
            return false;
        }

        _chunks++;
        _bytes += bytes;
        return true;
    }

    public void Leave(int bytes)
    {
        _chunks--;
        _bytes -= bytes;
    }

    public void Miss(Side from, long count)
    {
        Missed += count;
        _missedSince[(int)from] += count;
    }

    /// <returns>What was missed of this side since the last call.</returns>
    public long TakeMissed(Side from)
    {
        long missed = _missedSince[(int)from];
        _missedSince[(int)from] = 0;
        return missed;
    }
}
