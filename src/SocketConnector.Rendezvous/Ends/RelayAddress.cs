using System.Globalization;
using System.Net;
using System.Text;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Ends;

/// <summary>Parses the addresses of other relays in GOAWAY.</summary>
internal static class RelayAddress
{
    /// <param name="all">As they were told.</param>
    /// <param name="suits">Which of them will do; all by default.</param>
    /// <returns>The first that can be read and suits; nothing where there is none.</returns>
    public static EndPoint? First(IReadOnlyList<string> all, Func<EndPoint, bool>? suits = null) => all.Select(Read).FirstOrDefault(one => one is not null && (suits?.Invoke(one) ?? true));

    /// <summary>The host without the port, to be compared.</summary>
    public static string? HostOf(EndPoint where) => where switch
    {
        IPEndPoint address => address.Address.ToString(),
        DnsEndPoint name => name.Host.ToUpperInvariant(),
        _ => null,
    };

    /// <summary>Whether ends can be told of all of them.</summary>
    public static bool CanBeTold(IReadOnlyList<string> all) =>
        all.Count <= FrameBounds.MaxRelays && all.All(static one => one is not null && Encoding.UTF8.GetByteCount(one) <= FrameBounds.MaxRelayLength && Read(one) is not null);

    private static EndPoint? Read(string text)
    {
        if (IPEndPoint.TryParse(text, out IPEndPoint? address))
        {
            return address.Port > 0 ? address : null;
        }

        return text.Split(':') is [{ Length: > 0 } host, string port] && Uri.CheckHostName(host) == UriHostNameType.Dns
            && ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number) && number > 0
            ? new DnsEndPoint(host, number)
            : null;
    }
}
