using System.Globalization;

namespace SocketConnector.Diagnostics;

/// <summary>The time at the head of a line for people: with its date, since a relay runs for weeks, and alike on both outputs.</summary>
internal static class TimeStamp
{
    /// <param name="local">When.</param>
    /// <param name="name">The connector's, which follows the time where it has one.</param>
    public static string Of(DateTimeOffset local, string? name = null)
    {
        string time = local.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
        return name is null ? time : $"{time} [{name}]";
    }
}
