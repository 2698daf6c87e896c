using System.Net;
using SocketConnector.Cli.Sharing;

namespace SocketConnector.Cli.Tests.Sharing;

/// <summary>Codes for relays that are not there.</summary>
internal static class Codes
{
    public static string Local { get; } = Of(new IPEndPoint(IPAddress.Loopback, 1));

    public static string Distant { get; } = Of(new DnsEndPoint("relay.example", 7000));

    public static string DistantByTls { get; } = Of(new DnsEndPoint("relay.example", 7000), isTls: true);

    private static string Of(EndPoint relay, bool isTls = false) => MeetingCode.Create(relay, isTls).ToText();
}
