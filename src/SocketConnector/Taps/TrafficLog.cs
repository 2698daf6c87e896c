using Microsoft.Extensions.Logging;

namespace SocketConnector.Taps;

/// <summary>Shows what flows. A peer decides what stands there, so nothing but printable ASCII gets through.</summary>
/// <param name="display">Puts it into lines.</param>
/// <param name="options">How much of it.</param>
internal sealed class TrafficLog(TrafficDisplay display, TrafficOptions options) : Tap
{
    private readonly TrafficWindow?[] _windows = [WindowOf(Side.A, options), WindowOf(Side.B, options)];

    // Behind everything of the side that was shown, or said to be missed.
    private readonly long[] _offsets = new long[2];

    /// <summary>Makes one for each connection that is to be shown.</summary>
    /// <param name="log">Where traffic goes; none where it is not asked for.</param>
    /// <param name="options">The connector's.</param>
    public static Func<ConnectionFacts, Tap?>? ForEach(ILogger? log, ConnectorOptions options) => log is null ? null : connection =>
        options.Traffic.Filter?.Invoke(connection) != false ? new TrafficLog(TrafficDisplay.Of(log, connection.Id, options), options.Traffic) : null;

    public override void OnData(TapChunk chunk)
    {
        Miss(chunk.Side, chunk.Time, chunk.Missed);
        ref long offset = ref _offsets[(int)chunk.Side];
        display.Show(new TrafficPiece(chunk.Side, chunk.Time, offset, chunk.Bytes));
        offset += chunk.Bytes.Length;
        if (_windows[(int)chunk.Side] is { } window && window.EndsAt(offset))
        {
            display.TellNoMore(chunk.Side, offset);
        }
    }

    public override void OnEnd(TapEnd ended) => ShowLast(ended.Side, ended.Time, ended.Missed);

    public override void OnClosed(TapClosed closed)
    {
        ShowLast(Side.A, closed.Time, closed.MissedA);
        ShowLast(Side.B, closed.Time, closed.MissedB);
        if (closed.Missed > 0)
        {
            display.TellMissedInAll(closed.Missed);
        }
    }

    internal override bool Sees(Side from) => _windows[(int)from] is { IsOpen: true };

    internal override int Take(Side from, ReadOnlySpan<byte> bytes) => _windows[(int)from]?.Take(bytes) ?? 0;

    private static TrafficWindow? WindowOf(Side side, TrafficOptions options) => options.Side is { } shown && shown != side
        ? null
        : new TrafficWindow(options.First ?? (options.Last is null ? long.MaxValue : 0), options.Last ?? 0);

    private void ShowLast(Side side, DateTimeOffset time, long missed)
    {
        Miss(side, time, missed);
        if (_windows[(int)side]?.End() is not var (bytes, offset, skipped))
        {
            return;
        }

        if (skipped > 0)
        {
            display.TellSkipped(new TrafficGap(side, time, offset - skipped, skipped));
        }

        display.Show(new TrafficPiece(side, time, offset, bytes));
    }

    private void Miss(Side side, DateTimeOffset time, long count)
    {
        if (count > 0)
        {
            display.TellMissed(new TrafficGap(side, time, _offsets[(int)side], count));
            _offsets[(int)side] += count;
        }
    }
}
