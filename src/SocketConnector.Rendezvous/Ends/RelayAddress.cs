using System.Globalization;
using System.Net;
using System.Text;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Ends;

/// <summary>Reads where another relay is, as a relay tells it.</summary>
internal static class RelayAddress
{
    /// <returns>The first that can be read; nothing where there is none.</returns>
    public static EndPoint? First(IReadOnlyList<string> all) => all.Select(Read).FirstOrDefault(static one => one is not null);

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
