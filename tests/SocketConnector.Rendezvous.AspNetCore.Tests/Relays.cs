using System.Net;
using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.AspNetCore.Tests;

/// <summary>A relay that can be restarted where it was.</summary>
internal sealed class Relays : IAsyncDisposable
{
    private readonly RelayOptions? _options;

    private Relays(RendezvousRelay first, RelayOptions? options) => (Relay, EndPoint, _options) = (first, (IPEndPoint)first.EndPoints[0], options);

    public RendezvousRelay Relay { get; private set; }

    public IPEndPoint EndPoint { get; }

    public static async Task<Relays> StartAsync(RelayOptions? options = null) => new(await StartAsync(new ListenOptions(IPAddress.Loopback, 0), options), options);

    public async Task RestartAsync()
    {
        await DisposeAsync();
        Relay = await StartAsync(new ListenOptions(EndPoint), _options);
    }

    public Task WaitingAsync(Func<int, bool> asWanted) => Eventually.TrueAsync(() => asWanted(Relay.GetStats().Waiting), explain: () => $"{Relay.GetStats().Waiting} wait");

    public async ValueTask DisposeAsync() => await Relay.DisposeAsync().AsTask().InTimeAsync(what: "the relay's disposal");

    private static Task<RendezvousRelay> StartAsync(ListenOptions listen, RelayOptions? options) =>
        RendezvousRelay.StartAsync([listen], options, new ConnectorOptions { LoggerFactory = new LogCollector() }, TestContext.Current.CancellationToken);
}
