using Microsoft.Extensions.Logging;

namespace SocketConnector.Admin.Registry;

/// <summary>A connector that the admin channel shows.</summary>
/// <param name="id">Unique in the server, counted up from 1.</param>
/// <param name="connector">Not owned.</param>
/// <param name="drain">In place of <see cref="Connector.StopAsync"/>.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Told where draining fails.</param>
internal sealed class ConnectorEntry(string id, Connector connector, Func<TimeSpan?, Task>? drain, TimeProvider time, ILogger log)
{
    private readonly Lock _gate = new();
    private readonly long _zero = time.GetTimestamp();
    private int _drains;

    /// <summary>When what is left is to be reset, as was asked so far.</summary>
    private TimeSpan _end = TimeSpan.MaxValue;

    public string Id => id;

    public Connector Connector => connector;

    public string State => !connector.IsClosed ? "open" : connector.Completion.IsCompleted ? "closed" : "draining";

    /// <summary>The last drain, or a finished task. Never faults.</summary>
    public Task Draining { get; private set; } = Task.CompletedTask;

    /// <summary>
    /// Drains, and does not wait for the end: the program does, by <see cref="Connector.Completion"/>. However often it is asked for, there is one drain
    /// under way, and one more for each time that its end comes sooner.
    /// </summary>
    public void Drain(TimeSpan? within)
    {
        lock (_gate)
        {
            TimeSpan end = within is { } limit ? time.GetElapsedTime(_zero) + limit : TimeSpan.MaxValue;
            if (_drains == 0 || end < _end)
            {
                (_drains, _end) = (_drains + 1, end);
                Draining = DrainAsync(within);
            }
        }
    }

    private async Task DrainAsync(TimeSpan? within)
    {
        // The request is answered before the program stops.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        Exception? failure = null;
        try
        {
            await (drain?.Invoke(within) ?? StopAsync(within)).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            failure = error;
        }

        lock (_gate)
        {
            // One that failed may be asked for again.
            (_drains, _end) = (_drains - 1, failure is null ? _end : TimeSpan.MaxValue);
        }

        if (failure is not null)
        {
            log.DrainFailed(id, failure.Message);
        }
    }

    private async Task StopAsync(TimeSpan? within)
    {
        using var over = new CancellationTokenSource(within ?? Timeout.InfiniteTimeSpan, time);
        await connector.StopAsync(over.Token).ConfigureAwait(false);
    }
}
