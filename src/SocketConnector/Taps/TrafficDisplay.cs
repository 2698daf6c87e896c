using Microsoft.Extensions.Logging;
using SocketConnector.Diagnostics;

namespace SocketConnector.Taps;

/// <summary>Puts the traffic of one connection into lines of a log, and says what of it they lack.</summary>
internal abstract class TrafficDisplay(ILogger log, long connection)
{
    protected ILogger Log => log;

    protected long Connection => connection;

    public static TrafficDisplay Of(ILogger log, long connection, ConnectorOptions options) => options.Traffic.Form switch
    {
        TrafficForm.Hex => new HexTraffic(log, connection),
        TrafficForm.Json => new JsonTraffic(log, connection, options.Name),
        _ => new TextTraffic(log, connection, isCut: options.Traffic is { First: null, Last: null }),
    };

    /// <summary>Shows bytes, if the log wants them.</summary>
    public void Show(TrafficPiece piece)
    {
        if (log.IsEnabled(LogLevel.Information))
        {
            Write(piece);
        }
    }

    /// <summary>The log was behind.</summary>
    public virtual void TellMissed(TrafficGap gap) => log.MissedTraffic(connection, gap.Count, gap.Side);

    /// <summary>The same in all, when nothing follows.</summary>
    public virtual void TellMissedInAll(long bytes) => log.MissedTrafficInAll(connection, bytes);

    /// <summary>What is neither of the first bytes nor of the last.</summary>
    public virtual void TellSkipped(TrafficGap gap) => log.SkippedTraffic(connection, gap.Count, gap.Side);

    /// <summary>So many bytes of a side were to be shown, and have been.</summary>
    public virtual void TellNoMore(Side side, long shown) => log.NoMoreTraffic(connection, side, shown);

    protected abstract void Write(TrafficPiece piece);

    protected void WriteLine(Side side, string text)
    {
        if (side == Side.A)
        {
            log.AToB(connection, text);
        }
        else
        {
            log.BToA(connection, text);
        }
    }
}

/// <summary>Bytes of one side to be shown.</summary>
/// <param name="side">The side that they come from.</param>
/// <param name="time">When they passed.</param>
/// <param name="offset">How many of the side there were before them.</param>
/// <param name="bytes">The bytes.</param>
internal readonly ref struct TrafficPiece(Side side, DateTimeOffset time, long offset, ReadOnlySpan<byte> bytes)
{
    public Side Side => side;

    public DateTimeOffset Time => time;

    public long Offset => offset;

    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    /// <summary>A part of them.</summary>
    public TrafficPiece Part(int start, int most) => new(side, time, offset + start, Bytes.Slice(start, Math.Min(most, Bytes.Length - start)));
}

/// <summary>Bytes of one side that are not shown.</summary>
internal readonly record struct TrafficGap(Side Side, DateTimeOffset Time, long Offset, long Count);
