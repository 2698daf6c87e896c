using System.Globalization;

namespace SocketConnector;

/// <summary>A rate of new connections, such as 10 per second.</summary>
/// <remarks>
/// A bucket that holds <see cref="Count"/> connections and refills steadily, one each <see cref="Per"/> / <see cref="Count"/> (rounded down to
/// 100 ns): up to <see cref="Count"/> may come at once, and of <c>n</c> that were let in, the last came at least <c>n</c> - <see cref="Count"/> of
/// these intervals after the first. What is refused takes nothing from the bucket.
/// </remarks>
public sealed record ConnectionRate
{
    // An interval is then at least 1 µs, and is counted in steps of 100 ns.
    private const int MaxPerMillisecond = 1000;

    private static readonly TimeSpan _minPer = TimeSpan.FromMilliseconds(1);

    /// <summary>A rate of <paramref name="count"/> per <paramref name="per"/>: <c>new ConnectionRate(10, TimeSpan.FromSeconds(1))</c>.</summary>
    /// <param name="count">At least 1, and at most 1 000 for each millisecond of <paramref name="per"/>.</param>
    /// <param name="per">From 1 ms to 24 h.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is not.</exception>
    public ConnectionRate(int count, TimeSpan per)
    {
        if (per < _minPer || per > MaxPer)
        {
            throw new ArgumentOutOfRangeException(nameof(per), per, "per must be from 1 ms to 24 h.");
        }

        Count = Require.InRange(count, 1, MaxCount(per), nameof(count));
        Per = per;
    }

    /// <summary>How many connections.</summary>
    public int Count { get; }

    /// <summary>In how much time.</summary>
    public TimeSpan Per { get; }

    internal static TimeSpan MaxPer { get; } = TimeSpan.FromDays(1);

    internal static int MaxCount(TimeSpan per) => (int)Math.Min(int.MaxValue, MaxPerMillisecond * (per.Ticks / TimeSpan.TicksPerMillisecond));

    /// <summary>Such as <c>10 in 1 s</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Count} in {Per.TotalSeconds:0.###} s");
}
