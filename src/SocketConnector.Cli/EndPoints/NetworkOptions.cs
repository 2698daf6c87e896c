using System.Net;
using System.Net.Sockets;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.EndPoints;

/// <summary>Who may connect, and who may tell of others: <c>allow=</c>, <c>deny=</c>, <c>accept-proxy=</c>.</summary>
internal static class NetworkOptions
{
    private const string Allow = "allow";
    private const string Deny = "deny";
    private const string AcceptProxy = "accept-proxy";
    private const string Example = "10.0.0.0/8";

    // A Unix socket is of no network.
    private const string AnyOnUnix = "unix";

    public static IEnumerable<EndPointOption<ListenOptions>> All { get; } =
    [
        new(Allow, "NETWORKS", "who may connect: 10.0.0.0/8+::1, or file:PATH [all]", static (options, value) =>
            Read(Allow, value).Then(networks => options with { Allow = networks })),
        new(Deny, "NETWORKS", "who may not, although allow lists them [none]", static (options, value) =>
            Read(Deny, value).Then(networks => options with { Deny = networks })),
        new(AcceptProxy, "NETWORKS", "who must send a PROXY header first [none]", WithAcceptProxy),
    ];

    private static Parsed<IReadOnlyList<IPNetwork>> Read(string name, string? value)
    {
        Parsed<IReadOnlyList<IPNetwork>> networks = string.IsNullOrEmpty(value) ? new Wrong("the networks are missing") : NetworkParser.ParseAllOrFile(value);
        return networks.Error is { } error ? new Wrong($"{name}: {error}; for instance {name}={Example} or {name}=file:/etc/networks") : networks;
    }

    private static Parsed<ListenOptions> WithAcceptProxy(ListenOptions options, string? value)
    {
        if (value == AnyOnUnix && options.EndPoints.Any(endPoint => endPoint is UnixDomainSocketEndPoint))
        {
            return options with { AcceptProxyFrom = [] };
        }

        bool isUnix = options.EndPoints.All(endPoint => endPoint is UnixDomainSocketEndPoint);
        Parsed<IReadOnlyList<IPNetwork>> networks = string.IsNullOrEmpty(value) ? new Wrong("which load balancers may tell addresses is missing")
            : value == AnyOnUnix ? new Wrong("'unix' is for a side that listens on a Unix socket")
            : NetworkParser.ParseAll(value);
        return networks.Value is { } from
            ? options with { AcceptProxyFrom = from }
            : new Wrong($"{AcceptProxy}: {networks.Error}; for instance {AcceptProxy}={(isUnix ? AnyOnUnix : Example)}");
    }
}
