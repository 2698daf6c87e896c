using System.Globalization;

namespace SocketConnector.Cli.Values;

/// <summary>Reads <c>250ms</c>, <c>30s</c>, <c>5m</c>, <c>1h</c>, and <c>none</c> or <c>off</c>.</summary>
internal static class DurationParser
{
    // What the library's timers take, in round figures.
    private static readonly TimeSpan _longest = TimeSpan.FromDays(49);

    // "ms" before "m" and "s", which it ends with.
    private static readonly (string Name, long Ticks)[] _units =
    [
        ("ms", TimeSpan.TicksPerMillisecond),
        ("s", TimeSpan.TicksPerSecond),
        ("m", TimeSpan.TicksPerMinute),
        ("h", TimeSpan.TicksPerHour),
    ];

    /// <returns>The duration; <see cref="Timeout.InfiniteTimeSpan"/> for <c>none</c> and <c>off</c>.</returns>
    public static Parsed<TimeSpan> Parse(string text) => Parse(text, allowNone: true);

    /// <summary>As <see cref="Parse(string)"/>, but without <c>none</c> and <c>off</c> where there must be a limit.</summary>
    public static Parsed<TimeSpan> Parse(string text, bool allowNone) => Parse(text, TimeSpan.FromMilliseconds(1), allowNone);

    /// <summary>As <see cref="Parse(string)"/>, but <c>0s</c> will do.</summary>
    public static Parsed<TimeSpan> ParseOrZero(string text) => Parse(text, TimeSpan.Zero, allowNone: true);

    private static Parsed<TimeSpan> Parse(string text, TimeSpan shortest, bool allowNone)
    {
        // The word of --keep-alive does here too.
        if (allowNone && text is ("none" or "off"))
        {
            return Timeout.InfiniteTimeSpan;
        }

        if (IsNumber(text, out decimal bare))
        {
            if (bare == 0 && shortest > TimeSpan.Zero)
            {
                return TooShort(text, allowNone);
            }

            return new Wrong($"'{text}' has no unit; write {text}s or {text}ms");
        }

        foreach ((string name, long ticks) in _units)
        {
            if (text.EndsWith(name, StringComparison.Ordinal) && IsNumber(text.AsSpan(0, text.Length - name.Length), out decimal number))
            {
                return InRange(text, number * ticks, shortest, allowNone);
            }
        }

        return new Wrong($"'{text}' is not a duration; write 250ms, 30s, 5m{(allowNone ? ", 1h or none" : " or 1h")}");
    }

    private static Wrong TooShort(string text, bool allowNone) =>
        new($"'{text}' is too short; the shortest is 1ms{(allowNone ? ", and none means no limit" : "")}");

    private static Parsed<TimeSpan> InRange(string text, decimal ticks, TimeSpan shortest, bool allowNone)
    {
        if (ticks < shortest.Ticks)
        {
            return TooShort(text, allowNone);
        }

        return ticks > _longest.Ticks
            ? new Wrong($"'{text}' is too long; the longest is 1176h{(allowNone ? ", or none for no limit" : "")}")
            : TimeSpan.FromTicks((long)ticks);
    }

    // Twelve digits are more than the longest duration in milliseconds has, and no product of theirs overflows a decimal.
    private static bool IsNumber(ReadOnlySpan<char> text, out decimal number)
    {
        number = 0;
        return text.Length <= 12 && decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
    }
}
