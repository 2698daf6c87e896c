using System.Net;
using System.Net.Sockets;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>
/// The internet in small: an open network with room for a relay, and homes, each behind a router of its own that masquerades what goes out and
/// lets nothing in. All homes have the same addresses, as homes do.
/// </summary>
internal sealed class NatNetwork : IAsyncDisposable
{
    /// <summary>An address in the open network that every home reaches.</summary>
    public const string OpenAddress = "10.90.0.1";

    private const string RouterAddress = "10.0.0.1";
    private const string HomeAddress = "10.0.0.2";
    private const string Rules = """
        table ip router {
          chain forward {
            type filter hook forward priority filter; policy drop;
            ct state established,related accept
            iifname "lan" accept
          }
          chain postrouting {
            type nat hook postrouting priority srcnat;
            oifname "wan" masquerade
          }
        }
        """;

    private readonly Stack<NetworkNamespace> _all = new();
    private readonly List<NetworkNamespace> _routers = [];
    private readonly List<NetworkNamespace> _homes = [];

    private NatNetwork()
    {
    }

    public NetworkNamespace Open { get; private set; } = null!;

    public IReadOnlyList<NetworkNamespace> Homes => _homes;

    public static async Task<NatNetwork> CreateAsync(int homes = 2)
    {
        Tool.Find("nft");
        var network = new NatNetwork();
        try
        {
            await network.BuildAsync(homes);
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>What the open network knows a home by: the outer address of its router.</summary>
    public static IPAddress OuterAddress(int home) => IPAddress.Parse($"10.90.{home + 1}.2");

    /// <summary>A relay in the open network.</summary>
    /// <returns>The relay, and where it listens.</returns>
    public async Task<(ChildProcess Program, string At)> StartRelayAsync(params string[] options)
    {
        const string Listening = "listening on ";
        ChildProcess relay = Open.Start(["rendezvous", $"{OpenAddress}:4001", "--open", .. options]);
        try
        {
            await relay.LineAsync($"{Listening}{OpenAddress}:");
            return (relay, (await relay.ReadLineAsync())[Listening.Length..]);
        }
        catch
        {
            await relay.DisposeAsync();
            throw;
        }
    }

    /// <summary>Nobody gets into a home from another, nor from the open network: not by its router's address, and not by its own.</summary>
    public async Task ExpectClosedAsync(int home)
    {
        using TestServer server = await Homes[home].ListenAsync(IPAddress.Any);
        foreach (NetworkNamespace from in _homes.Where(other => other != Homes[home]).Append(Open))
        {
            foreach (IPAddress address in (IPAddress[])[OuterAddress(home), IPAddress.Parse(HomeAddress)])
            {
                await Assert.ThrowsAsync<SocketException>(() => from.ConnectAsync(new IPEndPoint(address, server.Port)));
            }
        }

        Assert.False(server.HasWaiting, "a connection came in through the router");
    }

    /// <summary>Pulls the cable between a home's router and the open network: whatever is sent from then on is lost, and nobody is told so.</summary>
    public Task UnplugAsync(int home) => _routers[home].ConfigureAsync("link set wan down");

    /// <summary>Puts it back.</summary>
    public Task PlugInAsync(int home) => _routers[home].ConfigureAsync("link set wan up", DefaultRoute(home));

    public async ValueTask DisposeAsync()
    {
        while (_all.TryPop(out NetworkNamespace? one))
        {
            await one.DisposeAsync();
        }
    }

    private static string DefaultRoute(int home) => $"route add default via 10.90.{home + 1}.1";

    private async Task BuildAsync(int homes)
    {
        Open = await CreateAsync();
        await Open.ConfigureAsync($"address add {OpenAddress}/32 dev lo");
        await Open.ForwardAsync("");
        for (int i = 0; i < homes; i++)
        {
            NetworkNamespace router = await CreateAsync();
            NetworkNamespace home = await CreateAsync();
            await Open.CableAsync($"home{i}", router, "wan");
            await Open.ConfigureAsync($"address add 10.90.{i + 1}.1/24 dev home{i}");
            await router.CableAsync("lan", home, "lan");
            await router.ConfigureAsync(
                $"address add {OuterAddress(i)}/24 dev wan", "link set wan up", DefaultRoute(i), $"address add {RouterAddress}/24 dev lan");
            await router.ForwardAsync(Rules);
            await home.ConfigureAsync($"address add {HomeAddress}/24 dev lan", "link set lan up", $"route add default via {RouterAddress}");
            _routers.Add(router);
            _homes.Add(home);
        }

        async Task<NetworkNamespace> CreateAsync()
        {
            NetworkNamespace made = await NetworkNamespace.CreateAsync();
            _all.Push(made);
            return made;
        }
    }
}
