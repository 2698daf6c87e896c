namespace SocketConnector.Rendezvous.Sessions;

/// <summary>
/// Joins per minute of each address or tenant, in a table that never grows. One cell holds when a bucket is full again (GCRA, ITU-T I.371);
/// once that has passed, the cell says nothing that an empty one does not, and is free for another.
/// </summary>
/// <remarks>
/// A key belongs to one set of 8 cells, which a stranger cannot choose. If all are taken, the bucket that refills first is dropped: a flood of
/// addresses displaces itself, and an address that has used up its rate goes last.
/// </remarks>
internal sealed class JoinRates
{
    private const int Ways = 8;
    private const long MicrosecondsPerMinute = 60_000_000;

    private readonly Cell[] _cells;
    private readonly long _interval;
    private readonly long _tolerance;

    /// <param name="perMinute">As many may come at once, and then one in each 60 s / this.</param>
    /// <param name="cells">A power of two, and at least 8; 32 bytes each.</param>
    public JoinRates(int perMinute, int cells)
    {
        _cells = new Cell[cells];

        // At least 1 µs: with 0, a JOIN whose time was read just before another's would find the bucket empty.
        _interval = Math.Max(1, MicrosecondsPerMinute / perMinute);
        _tolerance = _interval * (perMinute - 1);
    }

    /// <summary>Takes a join from the bucket of a key.</summary>
    /// <param name="key">The key; never 0.</param>
    /// <param name="now">In milliseconds.</param>
    /// <param name="retryAfter">When there will be one, in milliseconds.</param>
    /// <returns>Whether there was one; otherwise nothing has changed.</returns>
    public bool TryTake(UInt128 key, long now, out long retryAfter)
    {
        ref Cell cell = ref Find(key);
        long time = now * 1000;
        long full = cell.Key == key ? Math.Max(cell.FullAt, time) : time;
        retryAfter = Math.Max(0, full - time - _tolerance + 999) / 1000;
        if (full - time > _tolerance)
        {
            return false;
        }

        cell = new Cell(key, full + _interval);
        return true;
    }

    private ref Cell Find(UInt128 key)
    {
        int set = KeyedHash.Of(key) & ((_cells.Length / Ways) - 1);
        Span<Cell> cells = _cells.AsSpan(set * Ways, Ways);
        int soonest = 0;
        for (int i = 0; i < Ways; i++)
        {
            if (cells[i].Key == key)
            {
                return ref cells[i];
            }

            soonest = cells[i].FullAt < cells[soonest].FullAt ? i : soonest;
        }

        return ref cells[soonest];
    }

    private readonly record struct Cell(UInt128 Key, long FullAt);
}
