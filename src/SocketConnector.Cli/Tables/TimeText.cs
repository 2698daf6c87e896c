using System.Globalization;

namespace SocketConnector.Cli.Tables;

/// <summary>Times for people.</summary>
internal static class TimeText
{
    /// <returns>In the two largest units, such as <c>250ms</c>, <c>3.2s</c>, <c>3m12s</c>, <c>2h05m</c> and <c>4d03h</c>.</returns>
    public static string Of(TimeSpan time) => time switch
    {
        { TotalSeconds: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, (long)time.TotalMilliseconds)}ms"),
        { TotalSeconds: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(time.TotalSeconds * 10) / 10:0.0}s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}m{time.Seconds:00}s"),
        { TotalDays: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.Hours}h{time.Minutes:00}m"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.Days}d{time.Hours:00}h"),
    };

    /// <returns>Of a number from outside, which may be any.</returns>
    public static string OfMilliseconds(long milliseconds) => Of(TimeSpan.FromMilliseconds(Math.Clamp(milliseconds, 0, TimeSpan.MaxValue.Ticks / TimeSpan.TicksPerMillisecond)));

    /// <returns>By this machine's clock.</returns>
    public static string At(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
