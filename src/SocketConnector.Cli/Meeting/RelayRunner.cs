using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using SocketConnector.Cli.Admin;
using SocketConnector.Cli.Capturing;
using SocketConnector.Cli.Events;
using SocketConnector.Cli.Running;
using SocketConnector.Cli.Telemetry;
using SocketConnector.Diagnostics;
using SocketConnector.Rendezvous;

namespace SocketConnector.Cli.Meeting;

/// <summary>Runs a relay from its start to its end, tells of it, and answers with the exit code.</summary>
internal sealed class RelayRunner(RelayPlan plan)
{
    private static readonly TimeSpan _lastWords = TimeSpan.FromSeconds(1);

    public async Task<int> RunAsync()
    {
        var signals = new StopSignals();
        var output = new EventWriter(plan.Json ? JsonForm.Of(plan.Options.Name) : PlainForm.Of(plan.Options.Name), StandardOutput.Open, Tell)
        {
            TellsPending = plan.Options.Verbose,
        };
        ConnectorOptions options = plan.Options with
        {
            Events = plan.Events == EventScope.All ? output : null,
            LoggerFactory = TerminalLog.Whole(plan.Options),
            GracePeriod = Timeout.InfiniteTimeSpan,
        };
        RelayStats? stats = null;
        try
        {
            stats = await ServeAsync(options, output, signals);
        }
        catch (SocketException error)
        {
            Notice.BeforeStart(StartFailure.Describe(error));
            return Runner.Failed;
        }
        catch (Exception error) when (error is IOException or CryptographicException)
        {
            Notice.BeforeStart(error.Message);
            return Runner.Failed;
        }
        catch (ArgumentException error)
        {
            Notice.BeforeStart(ArgumentText.Of(error));
            return Runner.Contradictory;
        }
        catch (OperationCanceledException) when (signals.Stop.IsCancellationRequested)
        {
            // Asked to stop before it had started.
        }

        await output.FinishAsync(new StoppedEvent(stats?.Pairs ?? 0, stats?.Relayed.BytesAToB ?? 0, stats?.Relayed.BytesBToA ?? 0), _lastWords);
        return Runner.Stopped;
    }

    private async Task<RelayStats> ServeAsync(ConnectorOptions options, EventWriter output, StopSignals signals)
    {
        using var meters = new MeterScope();
        await using OtlpExport? export = OtlpExport.FromEnvironment(meters, Tell);
        options = export?.Apply(options) ?? options;
        await using AdminRun? admin = plan.Admin is { } place ? await AdminRun.StartAsync(place, options, meters, signals.Stop) : null;
        options = admin?.Apply(options) ?? options;
        await using CaptureRun? capture = plan.Capture is { } captured ? await CaptureRun.BeginAsync(captured, Tell, signals.Stop) : null;
        options = capture?.Apply(options) ?? options;
        using InsideDoor? inside = plan.Exposed.Count == 0 ? null : InsideDoor.Create();
        ListenOptions[] own = inside is null ? [] : [inside.Listen];
        await using RendezvousRelay relay = await RendezvousRelay.StartAsync([.. plan.Listen, .. own], plan.Relay, options, signals.Stop);
        IEnumerable<EndPoint> outside = relay.EndPoints.SkipLast(own.Length);
        var exposed = new List<Connector>();
        try
        {
            foreach (Exposed one in plan.Exposed)
            {
                RendezvousEndPoint session = one.Session.ToEndPoint(new ConnectOptions(inside!.EndPoint), options);
                exposed.Add(await Connector.ServerToSocketAsync(one.Listen, new ConnectOptions(session), options with { Events = null, NewTap = null }, signals.Stop));
            }

            capture?.Started();
            Show(admin, [relay.Connector, .. exposed], signals);
            output.Begin([
                .. outside.Select(static endPoint => new ListeningEvent(null, endPoint)),
                .. exposed.SelectMany(static connector => connector.EndPointsA).Select(static endPoint => new ListeningEvent(Side.A, endPoint)),
            ]);
            foreach (string warning in plan.Warnings)
            {
                Tell(warning);
            }

            await signals.Asked;
            if (signals.IsDrained)
            {
                Tell("stopping: drained through the admin channel");
            }

            await DrainAsync(relay, exposed, signals.Within ?? plan.Drain, signals.Abort);
            return relay.GetStats();
        }
        finally
        {
            foreach (Connector connector in exposed)
            {
                await connector.DisposeAsync();
            }
        }
    }

    private void Show(AdminRun? admin, IEnumerable<Connector> connectors, StopSignals signals)
    {
        foreach (Connector connector in admin is null ? [] : connectors)
        {
            admin!.Show(connector, signals.Drain);
        }

        if (admin?.Address is { } address)
        {
            Tell($"the admin channel is at {address}");
        }
    }

    private async Task DrainAsync(RendezvousRelay relay, IReadOnlyList<Connector> exposed, TimeSpan within, CancellationToken atOnce)
    {
        using var abort = CancellationTokenSource.CreateLinkedTokenSource(atOnce);
        abort.CancelAfter(within);

        // A client of an exposed port is in both, unless it is slow: then its pair may have ended before it has everything.
        int left = Math.Max(relay.Connections.Count, exposed.Sum(static connector => connector.GetConnections().Count));
        var draining = Task.WhenAll([
            .. exposed.Select(connector => connector.StopAsync(abort.Token)),
            relay.DrainAsync(within == Timeout.InfiniteTimeSpan ? TimeSpan.FromMinutes(1) : within, cancellationToken: abort.Token),
        ]);
        if (left > 0)
        {
            Tell(string.Create(CultureInfo.InvariantCulture, $"stopping; {left} {(left == 1 ? "pair" : "pairs")} may finish, Ctrl-C again ends now"));
        }

        await draining;
    }

    private void Tell(string line) => Notice.WhileRunning(line, plan.Options.Name);
}
