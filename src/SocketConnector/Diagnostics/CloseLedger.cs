namespace SocketConnector.Diagnostics;

/// <summary>
/// Counts closings by reason and side: one cell for each pair, so it never grows. Reasons without a name share the number after the
/// last: counting must never fail, since it comes before a close.
/// </summary>
internal sealed class CloseLedger
{
    private delegate long ReadCell(ref long cell);

    // Neither side, A, B.
    private const int Sides = 3;
    private static readonly CloseReason _unknown = Enum.GetValues<CloseReason>().Max() + 1;
    private static readonly CloseReason[] _reasons = [.. Enum.GetValues<CloseReason>(), _unknown];
    private readonly long[] _cells = new long[((int)_unknown + 1) * Sides];

    public void Add(CloseReason reason, Side? side) => Interlocked.Increment(ref Cell(reason, side));

    public IReadOnlyList<CloseCount> Snapshot() => Read(static (ref long cell) => Volatile.Read(ref cell));

    /// <summary>The counts since the last time; they begin again at zero.</summary>
    public IReadOnlyList<CloseCount> Take() => Read(static (ref long cell) => Interlocked.Exchange(ref cell, 0));

    private List<CloseCount> Read(ReadCell read)
    {
        var counts = new List<CloseCount>();
        foreach (CloseReason reason in _reasons)
        {
            foreach (Side? side in (ReadOnlySpan<Side?>)[null, Side.A, Side.B])
            {
                long count = read(ref Cell(reason, side));
                if (count > 0)
                {
                    counts.Add(new CloseCount(reason, side, count));
                }
            }
        }

        return counts;
    }

    private ref long Cell(CloseReason reason, Side? side) => ref _cells[((int)Math.Min((uint)reason, (uint)_unknown) * Sides) + Column(side)];

    private static int Column(Side? side) => side is Side known ? (int)known + 1 : 0;
}
