using System.Globalization;
using System.Net;

namespace SocketConnector.Admin.Access;

/// <summary>
/// Tells requests that a page of another site makes in a user's browser from those that are meant. By the host, a name that was pointed at the
/// loopback afterwards (DNS rebinding); by the origin and the site, every other page, those on other ports of this host included.
/// </summary>
internal sealed class OriginGuard
{
    private const string UnixHost = "localhost";

    private readonly string[] _hosts;

    /// <param name="endPoint">What the server listens on.</param>
    public OriginGuard(EndPoint endPoint) => _hosts = endPoint is IPEndPoint { Address: var own, Port: var port }
        ? [.. ((string[])["127.0.0.1", "[::1]", "localhost", new UriBuilder("http", own.ToString()).Host]).Distinct(StringComparer.Ordinal).Select(name => Host(name, port))]
        : [UnixHost];

    /// <returns>Why the request is refused; <see langword="null"/> where it is not.</returns>
    public string? Refuse(string host, string? origin, string? site)
    {
        if (!_hosts.Contains(host, StringComparer.OrdinalIgnoreCase))
        {
            return $"the Host header must be {string.Join(" or ", _hosts)}";
        }

        if (!string.IsNullOrEmpty(origin) && !origin.Equals($"http://{host}", StringComparison.OrdinalIgnoreCase))
        {
            return "a page of another origin may not call this server";
        }

        return site is null or "" or "same-origin" or "none" ? null : "a page of another site may not call this server";
    }

    // HTTP leaves the port out where it is that of the scheme.
    private static string Host(string name, int port) => port == 80 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}:{port}");
}
