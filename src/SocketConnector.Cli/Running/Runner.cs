using System.Globalization;
using System.Net.Sockets;
using SocketConnector.Cli.Events;
using SocketConnector.Diagnostics;

namespace SocketConnector.Cli.Running;

/// <summary>Runs one connector from its start to its end, tells of it, and answers with the exit code.</summary>
internal sealed class Runner(RunPlan plan)
{
    internal const int Stopped = 0;
    internal const int Failed = 1;

    /// <summary>How long a reader of standard output may take for what is left when everything else has ended.</summary>
    private static readonly TimeSpan _lastWords = TimeSpan.FromSeconds(1);

    public async Task<int> RunAsync()
    {
        var signals = new StopSignals();
        var output = new EventWriter(plan.Json ? JsonForm.Write : PlainForm.Write, StandardOutput.Open, Say);
        ConnectorStats? stats = null;
        try
        {
            stats = await RelayAsync(signals, output);
        }
        catch (SocketException error)
        {
            StandardErrorLines.OfProcess.TryAdd($"{OneLine.Of($"socketconnector: {StartFailure.Describe(error)}")}\n");
            return Failed;
        }
        catch (OperationCanceledException) when (signals.Stop.IsCancellationRequested)
        {
            // Asked to stop before it had started.
        }

        await output.FinishAsync(new StoppedEvent(stats?.SocketPairs ?? 0, stats?.BytesAToB ?? 0, stats?.BytesBToA ?? 0), _lastWords);
        return Stopped;
    }

    private async Task<ConnectorStats> RelayAsync(StopSignals signals, EventWriter output)
    {
        // What is joined from the first moment on waits in the writer until it is told where to connect to.
        await using Connector connector = await plan.Start(plan.Options with { Events = output, LoggerFactory = TerminalLog.Of(plan.Options) }, signals.Stop);
        output.Begin(Listening(connector));
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(signals.Stop);
        Task looking = TargetName.LookUpAsync(plan.Target, Say, stopping.Token);

        await Task.WhenAny(connector.Exhaustion, signals.Asked);
        await stopping.CancelAsync();
        await DrainAsync(connector, signals.Abort);
        await looking;
        return connector.GetStats();
    }

    private static IEnumerable<RelayEvent> Listening(Connector connector)
    {
        if (connector.EndPointA is { } a)
        {
            yield return new ListeningEvent(Side.A, a);
        }

        if (connector.EndPointB is { } b)
        {
            yield return new ListeningEvent(Side.B, b);
        }
    }

    private async Task DrainAsync(Connector connector, CancellationToken atOnce)
    {
        using var abort = CancellationTokenSource.CreateLinkedTokenSource(atOnce);
        abort.CancelAfter(plan.Drain);
        Task stopping = connector.StopAsync(abort.Token);
        if (connector.Connections.Count is > 0 and int left && !abort.IsCancellationRequested)
        {
            string time = plan.Drain == Timeout.InfiniteTimeSpan ? "" : string.Create(CultureInfo.InvariantCulture, $" within {plan.Drain.TotalSeconds} s");
            Say(string.Create(CultureInfo.InvariantCulture, $"stopping; {left} {(left == 1 ? "connection" : "connections")} may finish{time}, Ctrl-C again ends now"));
        }

        await stopping;
    }

    /// <summary>While it runs, which may be weeks.</summary>
    private static void Say(string line) => StandardErrorLines.OfProcess.TryAdd($"{TimeStamp.Of(TimeProvider.System.GetLocalNow())} socketconnector: {line}\n");
}
