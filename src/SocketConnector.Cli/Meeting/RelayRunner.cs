using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using SocketConnector.Cli.Events;
using SocketConnector.Cli.Running;
using SocketConnector.Cli.Values;
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
        // What is exposed comes in by a door of its own, which no certificate stands in.
        ListenOptions[] inside = plan.Exposed.Count == 0 ? [] : [new ListenOptions(IPAddress.Loopback, 0)];
        await using RendezvousRelay relay = await RendezvousRelay.StartAsync([.. plan.Listen, .. inside], plan.Relay, options, signals.Stop);
        IEnumerable<EndPoint> outside = relay.EndPoints.SkipLast(inside.Length);
        var exposed = new List<Connector>();
        try
        {
            foreach (Exposed one in plan.Exposed)
            {
                exposed.Add(await ExposeAsync(one, relay.EndPoints[^1], options, signals.Stop));
            }

            output.Begin([
                .. outside.Select(static endPoint => new ListeningEvent(null, endPoint)),
                .. exposed.SelectMany(static connector => connector.EndPointsA).Select(static endPoint => new ListeningEvent(Side.A, endPoint)),
            ]);
            foreach (string warning in plan.Warnings)
            {
                Tell(warning);
            }

            await signals.Asked;
            await DrainAsync(relay, signals.Abort);
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

    private static async Task<Connector> ExposeAsync(Exposed one, EndPoint relay, ConnectorOptions options, CancellationToken cancellationToken)
    {
        Parsed<RendezvousEndPoint> session = (one.Session with { Relay = relay }).Read(options.LoggerFactory);
        return session.Value is { } known
            ? await Connector.ServerToSocketAsync(one.Listen, new ConnectOptions(known), options with { Events = null }, cancellationToken)
            : throw new IOException($"--expose: {session.Error}");
    }

    private async Task DrainAsync(RendezvousRelay relay, CancellationToken atOnce)
    {
        using var abort = CancellationTokenSource.CreateLinkedTokenSource(atOnce);
        abort.CancelAfter(plan.Drain);
        if (relay.Connections.Count is > 0 and int left)
        {
            Tell(string.Create(CultureInfo.InvariantCulture, $"stopping; {left} {(left == 1 ? "pair" : "pairs")} may finish, Ctrl-C again ends now"));
        }

        await relay.DrainAsync(plan.Drain == Timeout.InfiniteTimeSpan ? TimeSpan.FromMinutes(1) : plan.Drain, cancellationToken: abort.Token);
    }

    private void Tell(string line) => Notice.WhileRunning(line, plan.Options.Name);
}
