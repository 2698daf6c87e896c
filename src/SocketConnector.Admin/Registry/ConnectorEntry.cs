using Microsoft.Extensions.Logging;

namespace SocketConnector.Admin.Registry;

/// <summary>A connector that the admin channel shows.</summary>
/// <param name="id">Unique in the server, counted up from 1.</param>
/// <param name="connector">Not owned.</param>
/// <param name="drain">In place of <see cref="Connector.StopAsync"/>.</param>
/// <param name="log">Told where draining fails.</param>
internal sealed class ConnectorEntry(string id, Connector connector, Func<TimeSpan?, Task>? drain, ILogger log)
{
    /// <summary>Each may shorten the time of those before it; more at once help nobody.</summary>
    internal const int MaxDrains = 8;

    private int _drains;

    public string Id => id;

    public Connector Connector => connector;

    public string State => !connector.IsClosed ? "open" : connector.Completion.IsCompleted ? "closed" : "draining";

    /// <summary>Begins to drain, and does not wait for the end: the program does, by <see cref="Connector.Completion"/>.</summary>
    /// <returns>Whether it was begun; not where too many wait already.</returns>
    public bool TryDrain(TimeSpan? within)
    {
        if (Interlocked.Increment(ref _drains) > MaxDrains)
        {
            Interlocked.Decrement(ref _drains);
            return false;
        }

        Draining = DrainAsync(within);
        return true;
    }

    /// <summary>The last drain, or a finished task. Never faults.</summary>
    public Task Draining { get; private set; } = Task.CompletedTask;

    private async Task DrainAsync(TimeSpan? within)
    {
        // The request is answered before the program stops.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await (drain?.Invoke(within) ?? StopAsync(within)).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            log.DrainFailed(id, error.Message);
        }
        finally
        {
            Interlocked.Decrement(ref _drains);
        }
    }

    private async Task StopAsync(TimeSpan? within)
    {
        using var over = new CancellationTokenSource(within ?? Timeout.InfiniteTimeSpan);
        await connector.StopAsync(over.Token).ConfigureAwait(false);
    }
}
