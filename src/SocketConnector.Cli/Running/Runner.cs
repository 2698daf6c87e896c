using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SocketConnector.Cli.Events;

namespace SocketConnector.Cli.Running;

/// <summary>Runs one connector from its start to its end, tells of it, and answers with the exit code.</summary>
internal sealed class Runner(RunPlan plan, TextWriter errors)
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
            Say(StartFailure.Describe(error));
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
        // Nothing is joined before the first lines are told and the watching has begun, so no event is missed or comes too early.
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ConnectorOptions options = plan.Options with { BeforeJoining = (_, cancellationToken) => new ValueTask(told.Task.WaitAsync(cancellationToken)) };
        await using Connector connector = await plan.Start(options, signals.Stop);
        var reporter = new ConnectionReporter(connector, output);
        TellListening(output, Side.A, connector.EndPointA);
        TellListening(output, Side.B, connector.EndPointB);
        told.SetResult();

        await Task.WhenAny(connector.Exhaustion, signals.Asked);
        await DrainAsync(connector, signals.Abort);
        await reporter.Completion;
        return connector.GetStats();
    }

    private static void TellListening(EventWriter output, Side side, EndPoint? endPoint)
    {
        if (endPoint is not null)
        {
            output.TryWrite(new ListeningEvent(side, endPoint));
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

    private void Say(string line) => errors.WriteLine($"socketconnector: {line}");
}
