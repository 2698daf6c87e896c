using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using SocketConnector.Cli.Admin;
using SocketConnector.Cli.Capturing;
using SocketConnector.Cli.Events;
using SocketConnector.Cli.Stdio;
using SocketConnector.Cli.Telemetry;
using SocketConnector.Diagnostics;

namespace SocketConnector.Cli.Running;

/// <summary>Runs one connector from its start to its end, tells of it, and answers with the exit code.</summary>
internal sealed class Runner(RunPlan plan)
{
    internal const int Stopped = 0;
    internal const int Failed = 1;
    internal const int Contradictory = 2;

    /// <summary>How long a reader of standard output may take for what is left when everything else has ended.</summary>
    private static readonly TimeSpan _lastWords = TimeSpan.FromSeconds(1);

    private StopSignals? _signals;

    public Task<int> RunAsync() =>
        plan.StdioSide is Side side ? RunOverStdioAsync(new StreamOutcome(side))
        : plan.Capture is { TakesOutput: true } ? RunWithoutEventsAsync()
        : RunWithEventsAsync();

    private async Task<int> RunWithEventsAsync()
    {
        var output = new EventWriter(plan.Json ? JsonForm.Of(plan.Options.Name) : PlainForm.Of(plan.Options.Name), StandardOutput.Open, Tell)
        {
            TellsPending = plan.Options.Verbose,
        };

        // What is joined from the first moment on waits in the writer until it is told where to connect to.
        ConnectorOptions options = plan.Events == EventScope.All ? plan.Options with { Events = output, LoggerFactory = TerminalLog.Of(plan.Options) } : plan.Options;
        (int code, ConnectorStats? stats) = await RelayAsync(options, connector => output.Begin(plan.TellsListening ? Listening(connector) : []));
        if (code == Stopped)
        {
            await output.FinishAsync(new StoppedEvent(stats?.SocketPairs ?? 0, stats?.BytesAToB ?? 0, stats?.BytesBToA ?? 0), _lastWords);
        }

        return code;
    }

    /// <summary>Standard output is the capture.</summary>
    private async Task<int> RunWithoutEventsAsync() => (await RelayAsync(plan.Options, static _ => { })).Code;

    /// <summary>Whatever reads the stream, or has written it, has only the exit code to tell a whole one from the beginning of one.</summary>
    private async Task<int> RunOverStdioAsync(StreamOutcome outcome)
    {
        if (StandardEndPoint.Trouble() is { } trouble)
        {
            Notice.BeforeStart(trouble);
            return Failed;
        }

        StandardEndPoint.KeepErrorsOut();
        ConnectorOptions options = plan.Options with
        {
            Events = outcome,
            BeforeJoining = static (_, _) =>
            {
                StandardEndPoint.Instance.Join();
                return default;
            },
        };
        (int code, _) = await RelayAsync(options, static _ => { });
        if (code != Stopped)
        {
            return code;
        }

        await StandardEndPoint.Instance.FinishAsync(_lastWords).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // ssh hangs up its ProxyCommand at each logout, and has ended the stream itself.
        if (outcome.Untold is { } untold && _signals is not { HasHungUp: true })
        {
            Tell(untold);
        }

        return outcome.IsWhole ? Stopped : Failed;
    }

    /// <returns>The exit code; statistics, once it had started.</returns>
    private async Task<(int Code, ConnectorStats? Stats)> RelayAsync(ConnectorOptions options, Action<Connector> started)
    {
        StopSignals signals = _signals = new StopSignals();
        try
        {
            return (Stopped, await RelayAsync(signals, options, started));
        }
        catch (SocketException error)
        {
            Notice.BeforeStart(StartFailure.Describe(error));
            return (Failed, null);
        }
        catch (Exception error) when (error is IOException or CryptographicException)
        {
            // A certificate's file; the message names it.
            Notice.BeforeStart(error.Message);
            return (Failed, null);
        }
        catch (ArgumentException error) when (error.ParamName is "sideA" or "sideB")
        {
            // Each end point is right by itself, and the two are not together.
            Notice.BeforeStart($"{ArgumentText.Of(error)}; choose another");
            return (Contradictory, null);
        }
        catch (OperationCanceledException) when (signals.Stop.IsCancellationRequested)
        {
            // Asked to stop before it had started.
            return (Stopped, null);
        }
    }

    private async Task<ConnectorStats> RelayAsync(StopSignals signals, ConnectorOptions options, Action<Connector> started)
    {
        using var meters = new MeterScope();
        await using OtlpExport? export = OtlpExport.FromEnvironment(meters, Tell);
        options = export?.Apply(options) ?? options;
        await using AdminRun? admin = plan.Admin is { } place ? await AdminRun.StartAsync(place, options, meters, signals.Stop) : null;
        options = admin?.Apply(options) ?? options;
        await using CaptureRun? capture = plan.Capture is { } captured ? await CaptureRun.BeginAsync(captured, Tell, signals.Stop) : null;
        await using Connector connector = await plan.Start(capture?.Apply(options) ?? options, signals.Stop);
        capture?.Started();
        admin?.Show(connector, signals.Drain);
        started(connector);
        if (admin?.Address is { } address)
        {
            Tell($"the admin channel is at {address}");
        }

        foreach (string warning in plan.Warnings)
        {
            Tell(warning);
        }

        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(signals.Stop);
        var looking = Task.WhenAll(plan.Targets.Select(target => TargetName.LookUpAsync(target, Tell, stopping.Token)));

        await Task.WhenAny(connector.Exhaustion, signals.Asked);
        if (!signals.Asked.IsCompleted && plan.StdioSide is null && WhyItEnds(connector) is { } why)
        {
            Tell($"stopping: {why}");
        }
        else if (signals.IsDrained)
        {
            Tell("stopping: drained through the admin channel");
        }

        await stopping.CancelAsync();
        await DrainAsync(connector, signals.Within ?? plan.Drain, signals.Abort);
        await looking;
        return connector.GetStats();
    }

    private void Tell(string line) => Notice.WhileRunning(line, plan.Options.Name);

    private static IEnumerable<RelayEvent> Listening(Connector connector) =>
    [
        .. connector.EndPointsA.Select(endPoint => new ListeningEvent(Side.A, endPoint)),
        .. connector.EndPointsB.Select(endPoint => new ListeningEvent(Side.B, endPoint)),
    ];

    /// <summary>Socket-to-socket ends with its only pair, as its line says already.</summary>
    private static string? WhyItEnds(Connector connector) =>
        connector.IsClosed ? "there is no connection, and the time of --grace-period has passed"
        : connector.EndPointA is not null || connector.EndPointB is not null ? "no further connection can come, since the accept limit is reached"
        : null;

    private async Task DrainAsync(Connector connector, TimeSpan within, CancellationToken atOnce)
    {
        using var abort = CancellationTokenSource.CreateLinkedTokenSource(atOnce);
        if (within == TimeSpan.Zero)
        {
            await abort.CancelAsync();
        }

        abort.CancelAfter(within);
        Task stopping = connector.StopAsync(abort.Token);
        if (connector.GetConnections().Count is > 0 and int left && !abort.IsCancellationRequested)
        {
            string time = within == Timeout.InfiniteTimeSpan ? "" : string.Create(CultureInfo.InvariantCulture, $" within {within.TotalSeconds} s");
            Tell(string.Create(CultureInfo.InvariantCulture, $"stopping; {left} {(left == 1 ? "connection" : "connections")} may finish{time}, Ctrl-C again ends now"));
        }

        await stopping;
    }
}
