using SocketConnector.Timing;

namespace SocketConnector.Limits;

/// <summary>
/// A rate for each address, in a table that never grows. An address is one cell: the time at which its bucket is full again (GCRA, ITU-T
/// I.371). Once that has passed, the cell says nothing that an empty one does not, and is free for another address.
/// </summary>
/// <remarks>
/// An address may be in one set of 8 cells alone. Where all of them are taken, the bucket that is full soonest is forgotten, so an address
/// that has used its rate up goes last.
/// </remarks>
internal sealed class RateTable
{
    /// <summary>4 MiB; what share of newcomers displaces another address at which load is in decision 30.</summary>
    public const int DefaultCells = 1 << 18;

    private const int Ways = 8;

    private readonly Lock _gate = new();
    private readonly KeyedHash _hash = KeyedHash.Create();
    private readonly Cell[] _cells;
    private readonly RelativeClock _clock;
    private readonly long _interval;
    private readonly long _tolerance;

    /// <param name="rate">Of each address.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cells">A power of two, and at least 8.</param>
    public RateTable(ConnectionRate rate, TimeProvider time, int cells = DefaultCells)
    {
        _cells = new Cell[cells];
        _clock = new RelativeClock(time);
        _interval = rate.Per.Ticks / rate.Count;
        _tolerance = _interval * (rate.Count - 1);
    }

    /// <summary>How many addresses were forgotten before their bucket was full again.</summary>
    public long Displaced { get; private set; }

    /// <summary>Takes one connection from the bucket of an address.</summary>
    /// <returns>Whether there was one; otherwise nothing has changed.</returns>
    public bool TryTake(UInt128 address)
    {
        ulong hash = _hash.Of(address);
        lock (_gate)
        {
            long now = _clock.Now.Ticks;
            ref Cell cell = ref Find(hash);
            long full = cell.Hash == hash ? Math.Max(cell.FullAt, now) : now;
            if (full - now > _tolerance)
            {
                return false;
            }

            if (cell.Hash != hash && cell.FullAt > now)
            {
                Displaced++;
            }

            cell = new Cell(hash, full + _interval);
            return true;
        }
    }

    /// <summary>The cell of an address, or the one that it gets.</summary>
    private ref Cell Find(ulong hash)
    {
        Span<Cell> set = _cells.AsSpan((int)(hash & (ulong)((_cells.Length / Ways) - 1)) * Ways, Ways);
        int soonest = 0;
        for (int i = 0; i < Ways; i++)
        {
            if (set[i].Hash == hash)
            {
                return ref set[i];
            }

            soonest = set[i].FullAt < set[soonest].FullAt ? i : soonest;
        }

        return ref set[soonest];
    }

    private readonly record struct Cell(ulong Hash, long FullAt);
}
