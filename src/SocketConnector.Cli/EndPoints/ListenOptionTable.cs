using System.Net;
using System.Net.Sockets;
using SocketConnector.Cli.Events;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.EndPoints;

/// <summary>The options of an end point to listen on.</summary>
internal static class ListenOptionTable
{
    /// <summary>Read before all others, which are for all addresses.</summary>
    public const string Also = "also";

    private const string Backlog = "backlog";
    public const string AcceptLimit = "accept-limit";
    private const int MaxBacklog = 65_535;

    public static AddressParser Addresses { get; } = new(IPAddress.Any, minPort: 0);

    /// <summary>Where a port alone is one of the loopback.</summary>
    public static AddressParser LocalAddresses { get; } = new(IPAddress.Loopback, minPort: 0);

    public static OptionTable<ListenOptions> Table { get; } = new(
        "an end point to listen on",
        "listening",
        [
            new(Also, "ADDRESS", "another address to listen on", static (options, _) => options) { CanRepeat = true },
            new(Backlog, "N", "length of the system's accept queue [512]", static (options, value) =>
                NumberOption.Read(Backlog, value, example: 512, MaxBacklog).Then(number => options with { Backlog = number!.Value })),
            new(AcceptLimit, "N", "listen no more once N peers were joined [none]", static (options, value) =>
                NumberOption.Read(AcceptLimit, value, example: 1).Then(number => options with { AcceptLimit = number })),
            .. NetworkOptions.All,
            AuthOption.Listening,
            .. LimitOptions.All,
            .. UnixFileOptions.All,
            .. SideFlowOptions.All<ListenOptions>(),
        ],
        Known);

    private static Wrong? Known(string name, string? value) =>
        value is null && Addresses.Parse(name).Value is { } further
            ? new Wrong($"'{name}' is an address of its own; to listen there too, write {Also}={(further is UnixDomainSocketEndPoint ? EndPointName.Of(further) : name)}")
            : ConnectOptionTable.Table.Has(name)
                ? new Wrong($"{name} is for a side that connects out, and this one listens; {(name == ConnectOptionTable.SendProxy ? "write accept-proxy=NETWORKS to take headers, or " : "")}remove it")
                : TlsOptionTable.WithoutTls(name);
}
