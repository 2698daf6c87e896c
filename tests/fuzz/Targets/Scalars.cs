using System.Globalization;
using SocketConnector.Cli.CommandLine;
using SocketConnector.Cli.Values;

namespace SocketConnector.Fuzz.Targets;

/// <summary>Durations, sizes, rates and the other values of options. What one is taken for, the option takes too.</summary>
internal static class Scalars
{
    public static void Check(string text)
    {
        Take(text, DurationParser.Parse, value => new ConnectorOptions { GracePeriod = value, ConnectTimeout = value, HalfCloseTimeout = value });
        Take(text, DurationParser.ParseOrZero, value => Expect.That(value == Timeout.InfiniteTimeSpan || value >= TimeSpan.Zero, $"{value}"));
        Take(text, SizeParser.Parse, value => new ConnectorOptions { BufferSize = value });
        Take(text, RateParser.Parse, value => new ListenOptions(0) { Rate = value });
        Take(text, KeepAliveParser.Parse, value => new ConnectorOptions { KeepAlive = value.Options });
        Take(text, EngineParser.Parse, value => new ConnectorOptions { Engine = value });
        Take(text, EventsParser.Parse, value => Expect.That(Enum.IsDefined(value), $"{value}"));
        Take(text, NameParser.Parse, value => Expect.Equal(text, value!, "a name"));
        Known(text);
    }

    /// <summary>What is written in plain figures has one meaning.</summary>
    private static void Known(string text)
    {
        if (text.Length is > 0 and <= 9 && text.All(char.IsAsciiDigit) && text[0] != '0')
        {
            long number = long.Parse(text, CultureInfo.InvariantCulture);
            bool isSize = number is >= 1024 and <= 16 * 1024 * 1024;
            Expect.Equal(isSize ? (int)number : 0, SizeParser.Parse(text).Value, "a size");
            Expect.Equal(number <= 1176L * 3_600_000 ? TimeSpan.FromMilliseconds(number) : TimeSpan.Zero, DurationParser.Parse($"{text}ms").Value, "a duration");
        }
    }

    private static void Take<T>(string text, Func<string, Parsed<T>> parse, Func<T, object> option) => Take(text, parse, value => { _ = option(value); });

    private static void Take<T>(string text, Func<string, Parsed<T>> parse, Action<T> use)
    {
        Parsed<T> parsed = parse(text);
        Parsing.IsAnswer(text, parsed);
        if (parsed.Error is null)
        {
            use(parsed.Value!);
        }
    }
}
