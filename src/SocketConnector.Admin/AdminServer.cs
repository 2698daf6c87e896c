using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SocketConnector.Admin.Access;
using SocketConnector.Admin.Http;
using SocketConnector.Admin.Listening;
using SocketConnector.Admin.Listing;
using SocketConnector.Admin.Metrics;
using SocketConnector.Admin.Registry;
using SocketConnector.Admin.Resources;

namespace SocketConnector.Admin;

/// <summary>
/// The admin channel of a program: HTTP and JSON on a Unix socket, or on the loopback with a token. It lists and ends connections, drains,
/// streams events and captures, and serves metrics, health and a page for the browser.
/// </summary>
/// <remarks>Start it before the connectors whose metrics it is to tell, and dispose it behind them. It is thread-safe, takes no signals and prints nothing.</remarks>
public sealed class AdminServer : IAsyncDisposable
{
    private readonly ConnectorRegistry _registry;
    private readonly MeterReader _metrics;
    private readonly WebServer _server;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private Task? _disposed;

    private AdminServer(AdminOptions options, ListeningSocket socket)
    {
        ILoggerFactory loggers = options.LoggerFactory ?? NullLoggerFactory.Instance;
        ILogger log = new GuardedLog(loggers.CreateLogger(AdminLog.Category));
        TimeProvider time = options.TimeProvider;
        EndPoint = socket.EndPoint;
        _registry = new ConnectorRegistry(time, log);
        _metrics = new MeterReader(options.MeterFactory);
        var sampler = new RateSampler(_registry, time);
        TokenCheck? tokens = options.Token is { } token ? new TokenCheck(token, options.ReadOnlyToken) : null;
        var access = new AccessControl(EndPoint, tokens, new LoginSessions(time), new WrongTokens(time, log, _stopping.Token));
        Routes = new RouteTable(
        [
            .. PageFiles.Routes(),
            .. new Health(_registry, _metrics).Routes(),
            .. new Connectors(_registry, sampler, time).Routes(),
            .. new Connections(_registry, sampler, time).Routes(),
            .. new Waiting(_registry, time).Routes(),
            .. new EventFeed(_registry, sampler, time).Routes(),
            .. new Captures(_registry, time, log).Routes(),
            .. new Login(access).Routes(),
        ]);
        var pipeline = new RequestPipeline(new OriginGuard(EndPoint), access, Routes, log, _stopping.Token);
        _server = new WebServer(socket, pipeline, loggers, log);
        log.Listening(AddressText.Of(EndPoint));
    }

    /// <summary>Where it listens, with the port that the system chose.</summary>
    public EndPoint EndPoint { get; }

    internal RouteTable Routes { get; }

    /// <summary>Starts to listen.</summary>
    /// <param name="options">The options.</param>
    /// <param name="cancellationToken">Cancels the start only.</param>
    /// <returns>The server, listening.</returns>
    /// <exception cref="ArgumentException">A loopback address without a token, or a Unix socket with one.</exception>
    /// <exception cref="IOException">It cannot listen there; the message names the end point.</exception>
    public static async Task<AdminServer> StartAsync(AdminOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check(nameof(options));
        ListeningSocket socket;
        try
        {
            socket = await ListeningSocket.BindAsync(options.EndPoint, options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is SocketException or UnauthorizedAccessException or IOException)
        {
            throw new IOException($"cannot listen on {AddressText.Of(options.EndPoint)}: {error.Message}", error);
        }

        AdminServer server;
        try
        {
            server = new AdminServer(options, socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        try
        {
            await server._server.StartAsync(cancellationToken).ConfigureAwait(false);
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Shows a connector.</summary>
    /// <param name="connector">It stays the caller's.</param>
    /// <param name="drain">
    /// Called to drain it, with the time after which what is left is to be reset, or <see langword="null"/> for the program's own; <see langword="null"/>,
    /// the default, calls <see cref="Connector.StopAsync"/>. It may be called again while it runs, with an earlier end.
    /// </param>
    /// <returns>When disposed, the connector is not shown any more.</returns>
    public IDisposable Add(Connector connector, Func<TimeSpan?, Task>? drain = null)
    {
        ArgumentNullException.ThrowIfNull(connector);
        return new Shown(_registry, _registry.Add(connector, drain));
    }

    /// <summary>Stops listening, ends all requests, streams included, and removes the file of a Unix socket.</summary>
    /// <returns>A task that finishes then, after a second or two at most.</returns>
    public async ValueTask DisposeAsync()
    {
        Task disposed;
        lock (_gate)
        {
            disposed = _disposed ??= StopAsync();
        }

        await disposed.ConfigureAwait(false);
    }

    private async Task StopAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _server.DisposeAsync().ConfigureAwait(false);
        _metrics.Dispose();
    }

    private sealed class Shown(ConnectorRegistry registry, ConnectorEntry entry) : IDisposable
    {
        public void Dispose() => registry.Remove(entry);
    }
}
