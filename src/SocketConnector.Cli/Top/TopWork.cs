using SocketConnector.Cli.Admin;

namespace SocketConnector.Cli.Top;

/// <summary>Does in the background what keys want of the relay, and tells in a line how it went.</summary>
/// <param name="link">The relay.</param>
/// <param name="tell">Tells the line, on any thread.</param>
internal sealed class TopWork(RelayLink link, Action<string> tell) : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly List<Task> _running = [];
    private TopCapture? _capture;

    /// <summary>The capture that runs.</summary>
    public CaptureProgress? Capture => _capture is { Ended.IsCompleted: false } capture ? capture.Progress : null;

    public void Begin(TopAction action)
    {
        _running.RemoveAll(static task => task.IsCompletedSuccessfully);
        _running.Add(action switch
        {
            TopAction.End end => TellAsync(() => EndAsync(end.Id)),
            TopAction.Drain drain => TellAsync(() => DrainAsync(drain.Connectors)),
            TopAction.Capture capture => CaptureAsync(capture),
            TopAction.StopCapture => _capture?.StopAsync() ?? Task.CompletedTask,
            _ => Task.CompletedTask,
        });
    }

    /// <summary>A capture's file is whole then.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        if (_capture is not null)
        {
            await _capture.DisposeAsync();
        }

        await Task.WhenAll(_running);
        _end.Dispose();
    }

    private async Task<string> EndAsync(long id)
    {
        await link.Client.EndAsync(id, _end.Token);
        return FormattableString.Invariant($"#{id} ends in order");
    }

    private async Task<string> DrainAsync(IReadOnlyList<string> connectors)
    {
        foreach (string connector in connectors)
        {
            await link.Client.DrainAsync(connector, within: null, _end.Token);
        }

        return "it accepts no more, and ends with its last connection";
    }

    private async Task CaptureAsync(TopAction.Capture wanted)
    {
        TopCapture capture = _capture = TopCapture.Start(link.Client, wanted.Id, wanted.File);
        tell(await capture.Ended);
    }

    private async Task TellAsync(Func<Task<string>> act)
    {
        try
        {
            tell(await act());
        }
        catch (AdminFailure failure)
        {
            tell(failure.Message);
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // Nobody looks any more.
        }
    }
}
