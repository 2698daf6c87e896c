using System.Net;
using System.Net.Sockets;
using SocketConnector.Cli.Events;
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
            new(ListenOptionTable.Also, "ADDRESS", "another address to connect to", static (options, _) => options) { CanRepeat = true },
            .. DialOptions.All,
            new(SendProxy, "v1|v2", "send a PROXY header first [none]", static (options, value) => value switch
            {
                "v1" => options with { SendProxy = ProxyVersion.V1 },
                "v2" => options with { SendProxy = ProxyVersion.V2 },
                _ => new Wrong($"{SendProxy} must be v1 or v2; write {SendProxy}=v2"),
            }),
            AuthOption.Connecting,
            .. SideFlowOptions.All<ConnectOptions>(),
        ],
        Known);

    private static Wrong? Known(string name, string? value) =>
        value is null && Addresses.Parse(name).Value is { } further
            ? new Wrong($"'{name}' is an address of its own; to connect there too, write {ListenOptionTable.Also}={(further is UnixDomainSocketEndPoint ? EndPointName.Of(further) : name)}")
            : ListenOptionTable.Table.Has(name)
                ? new Wrong($"{name} is for a side that listens, and this one connects out; remove it")
                : TlsOptionTable.WithoutTls(name);
}
