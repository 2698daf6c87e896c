using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.EndPoints;

/// <summary>What is set for the peers of either kind of side: <c>user-timeout=</c>, <c>bandwidth=</c>.</summary>
internal static class SideFlowOptions
{
    public const string Bandwidth = "bandwidth";

    private const string UserTimeout = "user-timeout";

    public static IEnumerable<EndPointOption<T>> All<T>()
        where T : SideOptions =>
    [
        new(UserTimeout, "TIME", "unacknowledged for TIME: drop peer [the system's]", WithUserTimeout),
        new(Bandwidth, "RATE", "what each peer may send, such as 64KiB/s [none]", WithBandwidth),
    ];

    private static Parsed<T> WithBandwidth<T>(T options, string? value)
        where T : SideOptions
    {
        Parsed<long?> rate = string.IsNullOrEmpty(value) ? new Wrong($"the rate is missing; write {Bandwidth}=64KiB/s") : BandwidthParser.Parse(value);
        return rate.Error is { } error ? new Wrong($"{Bandwidth}: {error}") : options with { Bandwidth = rate.Value };
    }

    private static Parsed<T> WithUserTimeout<T>(T options, string? value)
        where T : SideOptions
    {
        Parsed<TimeSpan> time = string.IsNullOrEmpty(value) ? new Wrong($"the time is missing; write {UserTimeout}=30s") : DurationParser.Parse(value);
        if (time.Error is { } error)
        {
            return new Wrong($"{UserTimeout}: {error}");
        }

        try
        {
            return options with { UserTimeout = time.Value == Timeout.InfiniteTimeSpan ? null : time.Value };
        }
        catch (ArgumentOutOfRangeException)
        {
            return new Wrong($"{UserTimeout}: '{value}' must be whole milliseconds, at most 596h; write {UserTimeout}=30s");
        }
    }
}
