using System.Globalization;

namespace SocketConnector.Cli.Values;

/// <summary>Reads <c>250ms</c>, <c>30s</c>, <c>5m</c>, <c>1h</c>, <c>7d</c>, and <c>none</c> or <c>off</c>.</summary>
internal static class DurationParser
{
    // "ms" before "m" and "s", which it ends with.
    private static readonly (string Name, long Ticks)[] _units =
    [
        ("ms", TimeSpan.TicksPerMillisecond),
        ("s", TimeSpan.TicksPerSecond),
        ("m", TimeSpan.TicksPerMinute),
        ("h", TimeSpan.TicksPerHour),
        ("d", TimeSpan.TicksPerDay),
    ];

    // What the library's timers take, in round figures.
    private static readonly Bounds _timers = new(TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(49), "1176h", "s", "ms", "250ms, 30s, 5m or 1h");

    // Of what is no timer, such as how long something is valid.
    private static readonly Bounds _days = new(TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(3650), "3650d", "h", "d", "12h or 30d");

    /// <returns>The duration; <see cref="Timeout.InfiniteTimeSpan"/> for <c>none</c> and <c>off</c>.</returns>
    public static Parsed<TimeSpan> Parse(string text) => Parse(text, allowNone: true);

    /// <summary>As <see cref="Parse(string)"/>, but without <c>none</c> and <c>off</c> where there must be a limit.</summary>
    public static Parsed<TimeSpan> Parse(string text, bool allowNone) => Read(text, _timers, allowNone);

    /// <summary>As <see cref="Parse(string)"/>, but <c>0s</c> will do.</summary>
    public static Parsed<TimeSpan> ParseOrZero(string text) => Read(text, _timers with { Shortest = TimeSpan.Zero }, allowNone: true);

    /// <summary>A time that may be years, without <c>none</c>.</summary>
    public static Parsed<TimeSpan> ParseDays(string text) => Read(text, _days, allowNone: false);

    private static Parsed<TimeSpan> Read(string text, Bounds bounds, bool allowNone)
    {
        // The word of --keep-alive does here too.
        if (allowNone && text is ("none" or "off"))
        {
            return Timeout.InfiniteTimeSpan;
        }

        if (IsNumber(text, out decimal bare))
        {
            return bare == 0 && bounds.Shortest > TimeSpan.Zero
                ? TooShort(text, allowNone)
                : new Wrong($"'{text}' has no unit; write {text}{bounds.Unit} or {text}{bounds.OtherUnit}");
        }

        foreach ((string name, long ticks) in _units)
        {
            if (text.EndsWith(name, StringComparison.Ordinal) && IsNumber(text.AsSpan(0, text.Length - name.Length), out decimal number))
            {
                return InRange(text, number * ticks, bounds, allowNone);
            }
        }

        return new Wrong($"'{text}' is not a duration; write {(allowNone ? "250ms, 30s, 5m, 1h or none" : bounds.Examples)}");
    }

    private static Wrong TooShort(string text, bool allowNone) =>
        new($"'{text}' is too short; the shortest is 1ms{(allowNone ? ", and none means no limit" : "")}");

    private static Parsed<TimeSpan> InRange(string text, decimal ticks, Bounds bounds, bool allowNone)
    {
        if (ticks < bounds.Shortest.Ticks)
        {
            return TooShort(text, allowNone);
        }

        return ticks > bounds.Longest.Ticks
            ? new Wrong($"'{text}' is too long; the longest is {bounds.LongestText}{(allowNone ? ", or none for no limit" : "")}")
            : TimeSpan.FromTicks((long)ticks);
    }

    // Twelve digits are more than the longest duration in milliseconds has, and no product of theirs overflows a decimal.
    private static bool IsNumber(ReadOnlySpan<char> text, out decimal number)
    {
        number = 0;
        return text.Length <= 12 && decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>What will do, and what is offered where something does not.</summary>
    private sealed record Bounds(TimeSpan Shortest, TimeSpan Longest, string LongestText, string Unit, string OtherUnit, string Examples);
}
