using System.Net;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.EndPoints;

/// <summary>The options of an end point to connect to.</summary>
internal static class ConnectOptionTable
{
    public const string SendProxy = "send-proxy";

    public static AddressParser Addresses { get; } = new(IPAddress.Loopback, minPort: 1);

    public static OptionTable<ConnectOptions> Table { get; } = new(
        "an end point to connect to",
        "connecting",
        [
            new(SendProxy, "v1|v2", "send a PROXY header first [none]", static (options, value) => value switch
            {
                "v1" => options with { SendProxy = ProxyVersion.V1 },
                "v2" => options with { SendProxy = ProxyVersion.V2 },
                _ => new Wrong($"{SendProxy} must be v1 or v2; write {SendProxy}=v2"),
            }),
            .. SideFlowOptions.All<ConnectOptions>(),
        ],
        static (name, _) => ListenOptionTable.Table.Has(name)
            ? new Wrong($"{name} is for a side that listens, and this one connects out; remove it")
            : null);

}
