using SocketConnector.Bench.Cases;
using SocketConnector.Bench.Measuring;
using SocketConnector.Bench.Relays;

namespace SocketConnector.Bench.Seeing;

/// <summary>A relay that was started for one measurement, with the server behind it.</summary>
internal sealed class SeenRelay : IAsyncDisposable
{
    private SeenRelay(Stage stage, LoadProcess server, string socket) => (Stage, Server, Socket) = (stage, server, socket);

    public Stage Stage { get; }

    public LoadProcess Server { get; }

    /// <summary>Where its admin channel is, if it has one.</summary>
    public string Socket { get; }

    public static async Task<SeenRelay> StartAsync(RelayRecipe recipe, RelayPlace place, string load, BenchOptions options)
    {
        RunningRelay relay = await RunningRelay.StartAsync(recipe, place);
        try
        {
            Stage stage = new(relay, place.Backend, load, options);
            return new SeenRelay(stage, await stage.ServeAsync(), SocketIn(place));
        }
        catch
        {
            await relay.DisposeAsync();
            throw;
        }
    }

    public static string SocketIn(RelayPlace place) => Path.Combine(place.Home, "admin.sock");

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Stage.Relay.DisposeAsync();
    }
}

/// <summary>Starts relays, each with ports and files of its own.</summary>
/// <param name="layout">Where the programs are.</param>
/// <param name="options">How long, how many.</param>
/// <param name="home">Where the relays have their files.</param>
internal sealed class SeenRelays(Layout layout, BenchOptions options, string home)
{
    private readonly Ports _ports = new();

    public string Program => layout.Program;

    public bool Quick => options.Quick;

    public int TakePort() => _ports.Take();

    /// <summary>One that nobody sees into.</summary>
    public Task<SeenRelay> StartPlainAsync() => StartAsync("plain", [], _ => []);

    /// <param name="variables">What its environment says besides, as NAME=VALUE.</param>
    public Task<SeenRelay> StartWithAdminAsync(params string[] variables) =>
        StartAsync("admin", variables, place => ["--admin", $"unix:{SeenRelay.SocketIn(place)}"]);

    private Task<SeenRelay> StartAsync(string id, string[] variables, Func<RelayPlace, string[]> flags)
    {
        RelayRecipe recipe = new(id, $"SocketConnector ({id})", IsOurs: true, place =>
            ["env", .. variables, layout.Program, "server-to-socket", $"127.0.0.1:{place.Port},backlog=4096", $"127.0.0.1:{place.Backend}", .. flags(place)]);
        int port = _ports.Take();
        return SeenRelay.StartAsync(recipe, new RelayPlace(port, _ports.Take(), Path.Combine(home, $"{id}-{port}"), ForIdleMemory: false), layout.Load, options);
    }
}
