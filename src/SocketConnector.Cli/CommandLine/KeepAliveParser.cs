using System.Globalization;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.CommandLine;

/// <summary>What <c>--keep-alive</c> says; null options turn it off. The parser of the command line takes a bare null for no value.</summary>
internal sealed record KeepAliveSetting(KeepAliveOptions? Options);

/// <summary>Reads <c>IDLE,INTERVAL,COUNT</c>, such as <c>60s,10s,5</c> or <c>60,10,5</c>, and <c>off</c> or <c>none</c>.</summary>
internal static class KeepAliveParser
{
    private const string Expected = "write IDLE,INTERVAL,COUNT such as 60s,10s,5, or off";

    // What tcp(7) takes.
    private const int MaxSeconds = 32_767;
    private const int MaxProbes = 127;

    public static Parsed<KeepAliveSetting> Parse(string text)
    {
        // The word of the durations does here too.
        if (text is "off" or "none")
        {
            return new KeepAliveSetting(null);
        }

        if (text.Split(',') is not [string idle, string interval, string count])
        {
            return new Wrong($"'{text}' does not have three parts; {Expected}");
        }

        if (Seconds(idle) is not TimeSpan idleTime)
        {
            return new Wrong($"'{text}': the idle time '{idle}' must be whole seconds from 1 to {MaxSeconds}; {Expected}");
        }

        if (Seconds(interval) is not TimeSpan intervalTime)
        {
            return new Wrong($"'{text}': the interval '{interval}' must be whole seconds from 1 to {MaxSeconds}; {Expected}");
        }

        return int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int probes) && probes is >= 1 and <= MaxProbes
            ? new KeepAliveSetting(new KeepAliveOptions { Idle = idleTime, Interval = intervalTime, Count = probes })
            : new Wrong($"'{text}': the count '{count}' must be a number from 1 to {MaxProbes}; {Expected}");
    }

    private static TimeSpan? Seconds(string text)
    {
        string withUnit = text.Length > 0 && text.All(char.IsAsciiDigit) ? $"{text}s" : text;
        return DurationParser.Parse(withUnit) is { Error: null, Value: TimeSpan time }
            && time.Ticks % TimeSpan.TicksPerSecond == 0
            && time >= TimeSpan.FromSeconds(1)
            && time <= TimeSpan.FromSeconds(MaxSeconds)
                ? time
                : null;
    }
}
