using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SocketConnector.Admin.Listening;

namespace SocketConnector.Admin.Http;

/// <summary>
/// Kestrel by itself: without a host there are no signals to take, no configuration to read, no services and nothing printed. Its limits are those of
/// a channel for one person and some scripts.
/// </summary>
internal sealed class WebServer : IAsyncDisposable
{
    internal const int MaxConnections = 64;
    private const int MaxBody = 4 * 1024;
    private const int MaxRequestLine = 4 * 1024;

    // Browsers send the cookies of every port of this host.
    private const int MaxHeaders = 16 * 1024;

    // For a request to come, and for its head to be whole: connections are few, so an idle one must give way.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _shutdownTimeout = TimeSpan.FromSeconds(1);

    private readonly ListeningSocket _socket;
    private readonly IHttpApplication<HttpContext> _application;
    private readonly KestrelServer _server;
    private readonly ILogger _log;

    /// <param name="socket">Owned.</param>
    /// <param name="application">Answers.</param>
    /// <param name="loggers">For Kestrel's own messages.</param>
    /// <param name="log">Told where the file stays behind.</param>
    public WebServer(ListeningSocket socket, IHttpApplication<HttpContext> application, ILoggerFactory loggers, ILogger log)
    {
        (_socket, _application, _log) = (socket, application, log);
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.MaxConcurrentConnections = MaxConnections;
        options.Limits.MaxRequestBodySize = MaxBody;
        options.Limits.MaxRequestLineSize = MaxRequestLine;
        options.Limits.MaxRequestHeadersTotalSize = MaxHeaders;
        options.Limits.MaxRequestBufferSize = MaxHeaders + MaxRequestLine;
        options.Limits.KeepAliveTimeout = _patience;
        options.Limits.RequestHeadersTimeout = _patience;
        options.Listen(socket.EndPoint, static listen => listen.Protocols = HttpProtocols.Http1);
        var transport = new SocketTransportOptions { CreateBoundListenSocket = _ => socket.Socket };
        _server = new KestrelServer(Options.Create(options), new SocketTransportFactory(Options.Create(transport), loggers), loggers);
    }

    public Task StartAsync(CancellationToken cancellationToken) => _server.StartAsync(_application, cancellationToken);

    /// <summary>Stops listening at once, and gives requests a second.</summary>
    public async ValueTask DisposeAsync()
    {
        RemoveFile();
        try
        {
            using var over = new CancellationTokenSource(_shutdownTimeout);
            await _server.StopAsync(over.Token).ConfigureAwait(false);
        }
        finally
        {
            _server.Dispose();
            _socket.Dispose();
        }
    }

    private void RemoveFile()
    {
        try
        {
            _socket.RemoveFile();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _log.FileStays(error.Message);
        }
    }
}
