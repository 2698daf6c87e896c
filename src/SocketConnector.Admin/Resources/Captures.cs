using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SocketConnector.Admin.Access;
using SocketConnector.Admin.Http;
using SocketConnector.Admin.Registry;
using SocketConnector.Capture;

namespace SocketConnector.Admin.Resources;

/// <summary>What connections relay, as pcapng.</summary>
internal sealed class Captures(ConnectorRegistry registry, TimeProvider time, ILogger log)
{
    /// <summary>At once: each holds up to 8 MiB of packets for a slow reader, and as much that is being written.</summary>
    internal const int MaxCaptures = 4;

    /// <summary>Taps are told of an end behind the end itself.</summary>
    private static readonly TimeSpan _lastPackets = TimeSpan.FromSeconds(0.5);

    private int _running;

    public IEnumerable<Route> Routes() =>
    [
        new("GET", "/v1/capture", CaptureAsync)
        {
            Needs = Grade.Full,
            Parameters = ["connection", "connector", "address", "port", "side", "snaplen"],
            IsStream = true,
        },
    ];

    private async Task CaptureAsync(Call call)
    {
        CaptureFilter filter = CaptureFilter.Of(call.Parameters);
        var options = new CaptureOptions
        {
            Filter = filter.Wants,
            SnapLength = (int)(call.Parameters.Number("snaplen", CaptureOptions.MinSnapLength, CaptureOptions.MaxSnapLength) ?? CaptureOptions.MaxSnapLength),
            TimeProvider = time,
        };
        Connection? only = call.Parameters.Text("connection") is { } id ? registry.RequireConnection(id).Connection : null;
        IReadOnlyList<ConnectorEntry> entries = registry.Wanted(call.Parameters);
        try
        {
            if (Interlocked.Increment(ref _running) > MaxCaptures)
            {
                throw new ProblemException(StatusCodes.Status429TooManyRequests, $"{MaxCaptures} captures run already; end one of them");
            }

            call.Context.BeginStream("application/x-pcapng");
            await RunAsync(call, options, only is null ? entries : [], only).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private async Task RunAsync(Call call, CaptureOptions options, IReadOnlyList<ConnectorEntry> entries, Connection? only)
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        PacketCapture capture = PacketCapture.ToStream(new LaterStream(call.Context.Response.Body, begun.Task), options);
        List<IDisposable> attached = [];
        try
        {
            attached.AddRange(entries.Select(entry => entry.Connector.AttachToNew(capture.NewTap)));
            foreach (Connection connection in only is null ? entries.SelectMany(static entry => entry.Connector.GetConnections()) : [only])
            {
                // Detached with the capture.
                _ = capture.Attach(connection);
            }

            begun.SetResult();
            Task ended = only is null ? Task.WhenAll(entries.Select(static entry => entry.Connector.Completion)) : only.Completion;
            Task over = Task.WhenAny(ended, capture.Completion).WaitAsync(call.Ending);
            await over.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (ended.IsCompleted && !capture.Completion.IsCompleted)
            {
                await Task.Delay(_lastPackets, time, call.Ending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            begun.TrySetResult();
            attached.ForEach(static one => one.Dispose());
            await FinishAsync(call, capture).ConfigureAwait(false);
        }

        if (capture.Completion.IsFaulted)
        {
            log.CaptureEnded(capture.Completion.Exception.InnerException!.Message);
        }
    }

    /// <summary>The answer is used no more when this has finished. Where the reader has not taken the rest, it sees that the answer is not whole.</summary>
    private static async Task FinishAsync(Call call, PacketCapture capture)
    {
        await capture.DisposeAsync().ConfigureAwait(false);
        if (!capture.Completion.IsCompleted)
        {
            call.Context.Abort();
        }

        await capture.Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
