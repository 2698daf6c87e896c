using System.Globalization;

namespace SocketConnector.Cli.Values;

/// <summary>Reads <c>10/1s</c> and <c>100/1m</c>: so many in so much time.</summary>
internal static class RateParser
{
    private const string Expected = "write 10/1s or 100/1m";

    // The bounds of ConnectionRate.
    private const long MaxPerMillisecond = 1000;
    private static readonly TimeSpan _longest = TimeSpan.FromHours(24);

    public static Parsed<ConnectionRate> Parse(string text)
    {
        string[] parts = text.Split('/');
        if (!parts[0].All(char.IsAsciiDigit) || parts[0].Length == 0 || parts.Length > 2)
        {
            return new Wrong($"'{text}' is not a rate; {Expected}");
        }

        if (parts.Length == 1 || parts[1].Length == 0)
        {
            return new Wrong($"'{text}' does not say in how much time; write {parts[0]}/1s");
        }

        if (parts[1].All(char.IsAsciiLetter))
        {
            return new Wrong($"'{text}' needs a number before the unit; {(parts[1] is "ms" or "s" or "m" or "h" ? $"write {parts[0]}/1{parts[1]}" : Expected)}");
        }

        Parsed<TimeSpan> per = DurationParser.Parse(parts[1]);
        return per.Error is { } error ? new Wrong(error)
            : per.Value > _longest ? new Wrong($"'{text}' is over too long a time; the longest is 24h")
            : Of(text, parts[0], per.Value);
    }

    private static Parsed<ConnectionRate> Of(string text, string number, TimeSpan per)
    {
        int most = (int)Math.Min(int.MaxValue, MaxPerMillisecond * (per.Ticks / TimeSpan.TicksPerMillisecond));
        bool isRead = int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int count);
        return isRead && count == 0 ? new Wrong($"'{text}' lets nobody in; the least is 1 in a time")
            : !isRead || count > most ? new Wrong($"'{text}' is too many; the most in that time is {most}")
            : new ConnectionRate(count, per);
    }
}
