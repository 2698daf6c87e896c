using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using SocketConnector.Cli.Events;

namespace SocketConnector.Cli.Running;

/// <summary>Runs one connector from its start to its end, tells of it, and answers with the exit code.</summary>
internal sealed class Runner(RunPlan plan, TextWriter errors)
{
    internal const int Stopped = 0;
    internal const int Failed = 1;

    /// <summary>As many as may come in one burst, while standard output is written.</summary>
    private const int MostEvents = 4096;

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
        var events = Channel.CreateBounded<ConnectionEvent>(new BoundedChannelOptions(MostEvents) { SingleReader = true });
        await using Connector connector = await plan.Start(plan.Options with { Events = events.Writer }, signals.Stop);
        TellListening(output, Side.A, connector.EndPointA);
        TellListening(output, Side.B, connector.EndPointB);
        Task told = new ConnectionReporter(output).TellAsync(events.Reader);

        await Task.WhenAny(connector.Exhaustion, signals.Asked);
        await DrainAsync(connector, signals.Abort);
        events.Writer.Complete();
        await told;
        ConnectorStats stats = connector.GetStats();
        output.Lose(stats.LostEvents);
        return stats;
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
