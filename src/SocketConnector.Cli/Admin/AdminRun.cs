using System.Net;
using SocketConnector.Admin;
using SocketConnector.Cli.Events;
using SocketConnector.Cli.Telemetry;
using SocketConnector.Diagnostics;

namespace SocketConnector.Cli.Admin;

/// <summary>The admin channel of a run: started before the connector, disposed after it.</summary>
internal sealed class AdminRun : IAsyncDisposable
{
    private readonly AdminServer _server;
    private readonly MeterScope _meters;

    private AdminRun(AdminServer server, MeterScope meters) => (_server, _meters) = (server, meters);

    /// <summary>What a browser opens; none for a Unix socket.</summary>
    public string? Address => _server.EndPoint is IPEndPoint ip ? $"http://{ip}/" : null;

    /// <param name="place">Where it is.</param>
    /// <param name="options">Of what it will show: their log is its log.</param>
    /// <param name="meters">Of what is measured. Not owned.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">It cannot be there; the message is a line for people.</exception>
    public static async Task<AdminRun> StartAsync(AdminPlace place, ConnectorOptions options, MeterScope meters, CancellationToken cancellationToken)
    {
        if (place.OwnFolder is { } folder)
        {
            AutomaticFolder.Make(folder);
        }

        try
        {
            AdminServer server = await AdminServer.StartAsync(
                new AdminOptions
                {
                    EndPoint = place.EndPoint,
                    Token = place.Token,
                    ReadOnlyToken = place.ReadOnlyToken,
                    LoggerFactory = TerminalLog.Whole(options),
                    MeterFactory = meters,
                    TimeProvider = options.TimeProvider,
                },
                cancellationToken);
            return new AdminRun(server, meters);
        }
        catch (Exception error) when (error is IOException or ArgumentException)
        {
            string why = error is ArgumentException wrong ? ArgumentText.Of(wrong) : error.Message.TrimEnd('.');
            throw new IOException($"the admin channel {why}; choose another place with --admin", error);
        }
    }

    /// <summary>The options of a connector whose measurements it tells.</summary>
    public ConnectorOptions Apply(ConnectorOptions options) => options with { MeterFactory = _meters };

    /// <summary>Shows a connector, until the channel ends.</summary>
    /// <param name="connector">Not owned.</param>
    /// <param name="drain">Stops the program as a signal does; with the time after which what is left is reset, or none for the program's own.</param>
    public void Show(Connector connector, Action<TimeSpan?> drain) => _ = _server.Add(connector, within =>
    {
        drain(within);
        return connector.Completion;
    });

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
