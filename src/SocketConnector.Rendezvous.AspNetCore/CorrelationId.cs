using System.Globalization;

namespace SocketConnector.Rendezvous.AspNetCore;

/// <summary>Names for connections, each once in a process.</summary>
internal static class CorrelationId
{
    private static long _last;

    public static string Next() => string.Create(CultureInfo.InvariantCulture, $"via-{Interlocked.Increment(ref _last)}");
}
