using System.Net;
using Microsoft.Extensions.Logging;
using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.Tests;

/// <summary>A relay on the loopback, and ends of one secret.</summary>
internal sealed class Rendezvous : IAsyncDisposable
{
    private Rendezvous(RendezvousRelay relay, LogCollector log, SessionSecret secret) => (Relay, Log, Secret) = (relay, log, secret);

    public static ListenOptions Loopback => new(IPAddress.Loopback, 0);

    public static ConnectorOptions Patient(ILoggerFactory? log = null) => new() { GracePeriod = Timeout.InfiniteTimeSpan, LoggerFactory = log ?? new LogCollector(LogLevel.Warning) };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public RendezvousRelay Relay { get; }

    public LogCollector Log { get; }

    public SessionSecret Secret { get; }

    public IPEndPoint EndPoint => (IPEndPoint)Relay.EndPoints[0];

    public static async Task<Rendezvous> StartAsync(RelayOptions? options = null, ListenOptions? listen = null, int? port = null)
    {
        var log = new LogCollector(LogLevel.Debug);
        ListenOptions where = listen ?? (port is null ? Loopback : new ListenOptions(IPAddress.Loopback, port.Value));
        return new Rendezvous(await RendezvousRelay.StartAsync([where], options, Patient(log), Cancelled), log, SessionSecret.Generate());
    }

    /// <summary>The session of this secret, or of another, at this relay.</summary>
    public RendezvousEndPoint Via(SessionSecret? secret = null, EndToEndMode mode = EndToEndMode.Tls, int standby = 2, string? ticket = null) =>
        new(new ConnectOptions(EndPoint), secret ?? Secret) { EndToEnd = mode, ConnectWait = TimeSpan.FromMinutes(1), Standby = standby, Ticket = ticket, LoggerFactory = Log };

    public Task WaitingAsync(int count) => Eventually.TrueAsync(() => Relay.GetStats().Waiting == count, explain: () => $"{Relay.GetStats().Waiting} wait, not {count}");

    public async ValueTask DisposeAsync() => await Relay.DisposeAsync().AsTask().InTimeAsync(what: "the relay's disposal");
}
