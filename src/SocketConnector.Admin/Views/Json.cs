using System.Text.Json;

namespace SocketConnector.Admin.Views;

/// <summary>How values are written everywhere: times as RFC 3339 in UTC, durations in whole milliseconds, as in the events of the program.</summary>
internal static class Json
{
    public static void WriteTime(this Utf8JsonWriter json, string name, DateTimeOffset time) => json.WriteString(name, time.UtcDateTime);

    public static void WriteDuration(this Utf8JsonWriter json, TimeSpan duration) => json.WriteNumber("durationMs", (long)duration.TotalMilliseconds);

    /// <summary>What is shorter than a millisecond.</summary>
    public static void WriteSeconds(this Utf8JsonWriter json, string name, TimeSpan duration) => json.WriteNumber(name, Math.Round(duration.TotalSeconds, 6));

    public static void WriteRate(this Utf8JsonWriter json, string name, double rate) => json.WriteNumber(name, Math.Round(rate, 1));
}
