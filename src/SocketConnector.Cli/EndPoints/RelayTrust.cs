using System.Net;
using SocketConnector.Cli.Running;
using SocketConnector.Rendezvous;

namespace SocketConnector.Cli.EndPoints;

/// <summary>What others learn on the way to the relay of a session, and whether it is the right relay.</summary>
internal static class RelayTrust
{
    /// <param name="sides">Sides whose secrets have been read.</param>
    /// <param name="advice">What to do about a relay without TLS.</param>
    /// <returns>What to say at the start.</returns>
    public static IEnumerable<string> Warnings(IEnumerable<SideOptions> sides, string advice = "add relay-tls") =>
        sides.SelectMany(EndPointsOf).OfType<RendezvousEndPoint>().SelectMany(session => WarningsOf(session, advice)).Distinct(StringComparer.Ordinal);

    private static IEnumerable<string> WarningsOf(RendezvousEndPoint session, string advice)
    {
        ConnectOptions relay = session.Relay;
        if (session.Ticket is not null && relay.Tls is null && !LocalAddress.Is(relay.EndPoint))
        {
            yield return $"warning: the ticket and the session's name are sent to {EndPointText.Of(relay.EndPoint)} without TLS; {advice}";
        }

        if (relay.Tls?.Authentication.RemoteCertificateValidationCallback is { } check && check == TlsTrust.AcceptAny)
        {
            yield return $"warning: the certificate of {EndPointText.Of(relay.EndPoint)} is not verified: anyone on the path can pose as the relay; use relay-ca= or relay-pin= instead";
        }
    }

    private static IEnumerable<EndPoint> EndPointsOf(SideOptions side) => side switch
    {
        ListenOptions listen => listen.EndPoints,
        ConnectOptions connect => connect.EndPoints,
        _ => [],
    };
}
