namespace SocketConnector;

/// <summary>Refuses a bad option where it is set, by the option's name.</summary>
internal static class Require
{
    public const int MinBufferSize = 1024;
    public const int MaxBufferSize = 16 * 1024 * 1024;
    public const long MinBandwidth = 1024;
    public const long MaxBandwidth = 1L << 40;

    /// <summary>What stands in front of every line, and is stored with every measurement.</summary>
    private const int MaxName = 128;

    // The longest span that a timer takes.
    private static readonly TimeSpan _longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    public static TimeSpan Timeout(TimeSpan value, string option) =>
        value == System.Threading.Timeout.InfiniteTimeSpan || (value > TimeSpan.Zero && value <= _longest)
            ? value
            : throw new ArgumentOutOfRangeException(option, value, $"{option} must be longer than zero and at most 49 days, or Timeout.InfiniteTimeSpan.");

    public static TimeSpan WholeSeconds(TimeSpan value, string option) =>
        value >= TimeSpan.FromSeconds(1) && value <= TimeSpan.FromSeconds(32_767) && value.Ticks % TimeSpan.TicksPerSecond == 0
            ? value
            : throw new ArgumentOutOfRangeException(option, value, $"{option} must be a whole number of seconds from 1 to 32767.");

    public static TimeSpan UpTo(TimeSpan value, TimeSpan most, string option) => value > TimeSpan.Zero && value <= most
        ? value
        : throw new ArgumentOutOfRangeException(option, value, $"{option} must be longer than zero and at most {most.TotalSeconds} s.");

    public static TimeSpan WholeMilliseconds(TimeSpan value, string option) =>
        value >= TimeSpan.FromMilliseconds(1) && value <= TimeSpan.FromMilliseconds(int.MaxValue) && value.Ticks % TimeSpan.TicksPerMillisecond == 0
            ? value
            : throw new ArgumentOutOfRangeException(option, value, $"{option} must be a whole number of milliseconds from 1 to {int.MaxValue}.");

    public static T NotNull<T>(T? value, string option)
        where T : class => value ?? throw new ArgumentNullException(option);

    /// <summary>For what is written into messages and measurements as it is.</summary>
    public static string? Legible(string? value, string option) =>
        value is null || (!string.IsNullOrWhiteSpace(value) && value.Length <= MaxName && LegibleText.Of(value) == value)
            ? value
            : throw new ArgumentException($"{option} must have 1 to {MaxName} characters, none of them a control character or invisible.", option);

    public static int InRange(int value, int least, int most, string option) =>
        value >= least && value <= most
            ? value
            : throw new ArgumentOutOfRangeException(option, value, $"{option} must be from {least} to {most}.");

    /// <summary>For a number that may be left open.</summary>
    public static int? AtLeastOne(int? value, string option) => value is int limit ? InRange(limit, 1, int.MaxValue, option) : null;

    public static long? AtLeastOne(long? value, string option) => value is null or >= 1
        ? value
        : throw new ArgumentOutOfRangeException(option, value, $"{option} must be at least 1.");

    /// <summary>In bytes for each second. With less, what may pass at once would be too little to be worth a read.</summary>
    public static long Bandwidth(long value, string option) =>
        value is >= MinBandwidth and <= MaxBandwidth
            ? value
            : throw new ArgumentOutOfRangeException(option, value, $"{option} must be from {MinBandwidth} to {MaxBandwidth} bytes a second.");

    public static EngineChoice Choice(EngineChoice value, string option) => Defined(value, option, $"{option} must be Auto or Portable.");

    public static ProxyVersion Choice(ProxyVersion value, string option) => Defined(value, option, $"{option} must be V1 or V2.");

    public static TargetOrder Choice(TargetOrder value, string option) => Defined(value, option, $"{option} must be RoundRobin or Failover.");

    public static TrafficForm Choice(TrafficForm value, string option) => Defined(value, option, $"{option} must be Text, Hex or Json.");

    public static Side Known(Side value, string parameter) => Defined(value, parameter, "a side is A or B");

    private static T Defined<T>(T value, string name, string message)
        where T : struct, Enum => Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(name, value, message);
}
