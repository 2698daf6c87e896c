namespace SocketConnector.Bench.Relays;

/// <summary>Relays where two ends meet that both dial, ours first.</summary>
internal static class MeetingPoints
{
    public static IEnumerable<RelayRecipe> All(Layout layout, TlsFiles tls) =>
    [
        Ours(layout, "scr", "SocketConnector, SCR/1", "scr1"),
        Ours(layout, "scr-quiet", "SocketConnector, SCR/1, no events", "scr1", "--events", "none") with { OnlyMakesConnections = true },
        Ours(layout, "scr-transit", "SocketConnector, transit line", "transit") with { WaitsIn = "scr1" },
        Wormhole(),
        Syncthing(tls, "syncthing", "strelaysrv", "bep-relay"),
        Syncthing(tls, "syncthing-kept", "strelaysrv, listeners stay", "bep-relay-kept") with { OnlyMakesConnections = true },
    ];

    // What it allows each address in a minute is for strangers; the ends of the load have eight addresses between them.
    private static RelayRecipe Ours(Layout layout, string id, string title, string protocol, params string[] flags) => new(id, title, IsOurs: true, place =>
        [layout.Program, "rendezvous", $"127.0.0.1:{place.Port},backlog=4096", "--transit", "--max-joins", "1000000000", "--max-waiting-per-address", "100000", .. flags])
    {
        Protocol = protocol,
    };

    // With blurred usage it logs no requests.
    private static RelayRecipe Wormhole() => new("wormhole", "magic-wormhole-transit-relay", IsOurs: false, place =>
        ["twist3", "transitrelay", "--port", $"tcp:{place.Port}:interface=127.0.0.1:backlog=4096", "--blur-usage", "3600"])
    {
        Protocol = "transit",
    };

    // The certificate that it would make for itself, on P-384, costs both sides more.
    private static RelayRecipe Syncthing(TlsFiles tls, string id, string title, string protocol) => new(id, title, IsOurs: false, place =>
        ["strelaysrv", "-pools=", "-status-srv=", $"-listen=127.0.0.1:{place.Port}", $"-keys={tls.Folder}"])
    {
        Protocol = protocol,
    };
}
