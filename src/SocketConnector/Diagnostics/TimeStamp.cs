using System.Globalization;

namespace SocketConnector.Diagnostics;

/// <summary>The time at the head of a line for people: with its date, since a relay runs for weeks, and alike on both outputs.</summary>
internal static class TimeStamp
{
    public static string Of(DateTimeOffset local) => local.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
}
