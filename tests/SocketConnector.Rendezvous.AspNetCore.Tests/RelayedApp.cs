using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SocketConnector.TestKit;
using KestrelListenOptions = Microsoft.AspNetCore.Server.Kestrel.Core.ListenOptions;

namespace SocketConnector.Rendezvous.AspNetCore.Tests;

/// <summary>A relay on the loopback, and an application that listens there and on a port of its own.</summary>
internal sealed class RelayedApp : IAsyncDisposable
{
    private RelayedApp(Relays relays, SessionSecret secret, WebApplication app, LogCollector log) => (Relays, Secret, App, Log) = (relays, secret, app, log);

    public static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public Relays Relays { get; }

    public SessionSecret Secret { get; }

    public WebApplication App { get; }

    public LogCollector Log { get; }

    /// <summary>Its own port, beside the relay.</summary>
    public Uri PortUrl => new(App.Urls.Single(url => url.StartsWith("http://127.0.0.1:", StringComparison.Ordinal)));

    /// <summary>Starts both, and waits for neither more than <see cref="Eventually.Deadline"/>.</summary>
    /// <param name="map">What the application answers.</param>
    /// <param name="listen">More of its end point at the relay.</param>
    /// <param name="relay">The relay's options.</param>
    public static async Task<RelayedApp> StartAsync(Action<WebApplication> map, Action<KestrelListenOptions>? listen = null, RelayOptions? relay = null)
    {
        Relays relays = await Relays.StartAsync(relay);
        var log = new LogCollector(LogLevel.Debug);
        var secret = SessionSecret.Generate();
        var session = new RendezvousEndPoint(new ConnectOptions(relays.EndPoint), secret) { Standby = 2, LoggerFactory = log };
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSingleton<ILoggerFactory>(log);
        builder.WebHost.UseKestrelHttpsConfiguration().UseRendezvous().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(session, listen ?? (static _ => { }));
        });
        WebApplication app = builder.Build();
        map(app);
        await app.StartAsync(Cancelled).InTimeAsync(what: "the application's start");
        return new RelayedApp(relays, secret, app, log);
    }

    /// <summary>The session as a client has it.</summary>
    public RendezvousEndPoint Session(SessionSecret? secret = null) => new(new ConnectOptions(Relays.EndPoint), secret ?? Secret);

    /// <summary>Connects for each of its requests that finds no idle connection.</summary>
    public HttpClient Client(SessionSecret? secret = null) => new(Handler(secret)) { BaseAddress = new Uri("http://behind.nat"), Timeout = Eventually.Deadline };

    public SocketsHttpHandler Handler(SessionSecret? secret = null)
    {
        RendezvousEndPoint session = Session(secret);
        return new SocketsHttpHandler { ConnectCallback = async (_, cancellationToken) => (await session.ConnectAsync(cancellationToken)).Stream };
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync().AsTask().InTimeAsync(what: "the application's disposal");
        await Relays.DisposeAsync();
        Log.Dispose();
    }
}
