using System.Globalization;

namespace SocketConnector.Cli.Values;

/// <summary>Reads <c>10/1s</c> and <c>100/1m</c>: so many in so much time.</summary>
internal static class RateParser
{
    private const string Expected = "write 10/1s or 100/1m";

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

        Parsed<TimeSpan> per = DurationParser.Parse(parts[1], allowNone: false);
        return per.Error is { } error ? new Wrong(error)
            : per.Value > ConnectionRate.MaxPer ? new Wrong($"'{text}' is over too long a time; the longest is 24h")
            : Of(text, parts[0], per.Value);
    }

    private static Parsed<ConnectionRate> Of(string text, string number, TimeSpan per)
    {
        int max = ConnectionRate.MaxCount(per);
        bool isRead = int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int count);
        return isRead && count == 0 ? new Wrong($"'{text}' admits nobody; the least is 1, such as 1/1s")
            : !isRead || count > max ? new Wrong($"'{text}' is too many; the most in that time is {max}")
            : new ConnectionRate(count, per);
    }
}
