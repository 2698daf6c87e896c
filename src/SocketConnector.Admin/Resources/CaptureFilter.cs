using System.Net;
using SocketConnector.Admin.Http;

namespace SocketConnector.Admin.Resources;

/// <summary>Which connections are captured: of those of which one peer, or that of one side, has this address and one of its ends this port.</summary>
internal sealed record CaptureFilter
{
    private static readonly Dictionary<string, Side> _sides = new(StringComparer.OrdinalIgnoreCase) { ["A"] = Side.A, ["B"] = Side.B };

    private IPNetwork? _network;
    private int? _port;
    private Side? _side;

    /// <exception cref="ProblemException">A parameter is wrong.</exception>
    public static CaptureFilter Of(Parameters parameters) => new()
    {
        _network = parameters.Text("address") is { } address ? NetworkOf(address) : null,
        _port = (int?)parameters.Number("port", 1, ushort.MaxValue),
        _side = parameters.Choice("side", _sides),
    };

    public bool Wants(ConnectionFacts connection) =>
        (_side != Side.B && Wants(connection.PeerA)) || (_side != Side.A && Wants(connection.PeerB));

    private static IPNetwork NetworkOf(string text) =>
        IPAddress.TryParse(text, out IPAddress? address) ? new IPNetwork(Plain(address), Plain(address).GetAddressBytes().Length * 8)
        : IPNetwork.TryParse(text, out IPNetwork network) ? network
        : throw ProblemException.BadParameter("address", "an address or a network, such as 192.0.2.7 or 192.0.2.0/24");

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private bool Wants(Peer peer) =>
        (_network is not { } network || (peer.RemoteEndPoint is IPEndPoint remote && network.Contains(Plain(remote.Address))))
        && (_port is null || PortOf(peer.RemoteEndPoint) == _port || PortOf(peer.LocalEndPoint) == _port);

    private static int? PortOf(EndPoint? endPoint) => (endPoint as IPEndPoint)?.Port;
}
