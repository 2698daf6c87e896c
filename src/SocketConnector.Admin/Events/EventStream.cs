using SocketConnector.Admin.Registry;
using SocketConnector.Admin.Views;

namespace SocketConnector.Admin.Events;

/// <summary>
/// What one reader gets: everything that there is, then what happens. It subscribes first and looks afterwards, so nothing is left out in between.
/// </summary>
internal sealed class EventStream : IDisposable
{
    /// <summary>How far a reader may be behind. An event is small, and its peers are alive for as long as it waits.</summary>
    internal const int MaxQueued = 4096;

    /// <summary>Connections in one event of the snapshot.</summary>
    private const int ChunkSize = 500;

    /// <summary>Events behind which what was written is handed on, at the latest.</summary>
    private const int MaxUnflushed = 64;

    private static readonly TimeSpan _totalsInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _commentInterval = TimeSpan.FromSeconds(15);

    /// <summary>A reader that takes nothing for so long is gone, and its connection is needed by others.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly EventQueue _queue = new(MaxQueued);
    private readonly KnownConnections _known = new();
    private readonly Subscriptions _subscriptions;
    private readonly EventWriter _writer;
    private readonly RateSampler _sampler;
    private readonly TimeProvider _time;
    private readonly SseWriter _output;

    /// <param name="wanted">The connectors, asked anew each time: some are added later.</param>
    /// <param name="sampler">For the rates.</param>
    /// <param name="time">The clock.</param>
    /// <param name="output">Where it is written.</param>
    public EventStream(Func<IReadOnlyList<ConnectorEntry>> wanted, RateSampler sampler, TimeProvider time, SseWriter output)
    {
        (_sampler, _time, _output) = (sampler, time, output);
        _subscriptions = new Subscriptions(wanted, _queue);
        _writer = new EventWriter(wanted, sampler, time, output);
    }

    /// <summary>Whether the connections that there are come first. The ends of those that are left out are told all the same.</summary>
    public bool ListsConnections { get; init; } = true;

    /// <summary>Runs until the reader goes, or the server stops, which is told in order behind what has happened by then.</summary>
    /// <param name="ending">Cancelled by either.</param>
    /// <param name="gone">Cancelled when the reader has gone: a write that is cancelled cuts the answer off.</param>
    public async Task RunAsync(CancellationToken ending, CancellationToken gone)
    {
        if (await BeginAsync(gone).ConfigureAwait(false) && await FollowAsync(ending, gone).ConfigureAwait(false) && !gone.IsCancellationRequested
            && await TellAsync(gone).ConfigureAwait(false))
        {
            _writer.WriteStopped();
            await FlushAsync(gone).ConfigureAwait(false);
        }
    }

    public void Dispose() => _subscriptions.Dispose();

    /// <returns>Whether the reader is still there.</returns>
    private async ValueTask<bool> BeginAsync(CancellationToken gone)
    {
        List<ConnectorEntry> connectors = _subscriptions.Update();
        _writer.WriteSnapshot();
        foreach (ListedConnection[] chunk in connectors.SelectMany(Listed).Where(one => _known.Add(one.Id)).Chunk(ChunkSize))
        {
            if (ListsConnections)
            {
                _writer.WriteConnections(chunk);
                if (!await FlushAsync(gone).ConfigureAwait(false))
                {
                    return false;
                }
            }
        }

        _writer.WriteReady();
        return await FlushAsync(gone).ConfigureAwait(false);
    }

    /// <returns>Whether the reader is still there when it ends.</returns>
    private async ValueTask<bool> FollowAsync(CancellationToken ending, CancellationToken gone)
    {
        Task tick = Task.Delay(_totalsInterval, _time, ending);
        Task<bool> events = _queue.WaitAsync(ending).AsTask();
        long commented = _time.GetTimestamp();
        bool isThere = true;
        while (isThere)
        {
            await Task.WhenAny(tick, events).ConfigureAwait(false);
            if (ending.IsCancellationRequested)
            {
                return true;
            }

            if (events.IsCompleted)
            {
                isThere = await TellAsync(gone).ConfigureAwait(false);
                events = _queue.WaitAsync(ending).AsTask();
            }

            if (tick.IsCompleted && isThere)
            {
                tick = Task.Delay(_totalsInterval, _time, ending);
                SubscribeToNew();
                _writer.WriteTotals();
                if (_time.GetElapsedTime(commented) >= _commentInterval)
                {
                    commented = _time.GetTimestamp();
                    _output.WriteComment();
                }

                isThere = await FlushAsync(gone).ConfigureAwait(false);
            }
        }

        return false;
    }

    /// <summary>Tells what waits.</summary>
    private async ValueTask<bool> TellAsync(CancellationToken gone)
    {
        for (int unflushed = 0; _queue.TryTake(out Queued next);)
        {
            Tell(next);
            if (++unflushed == MaxUnflushed)
            {
                unflushed = 0;
                if (!await FlushAsync(gone).ConfigureAwait(false))
                {
                    return false;
                }
            }
        }

        return await FlushAsync(gone).ConfigureAwait(false);
    }

    private void Tell(Queued next)
    {
        if (next.LostBefore > 0)
        {
            _known.Reset(_subscriptions.Connections.Select(static one => one.Id));
            _writer.WriteLost(next.LostBefore);
        }

        if (next is { Event: { } happened, Entry: { } entry })
        {
            Tell(entry, happened);
        }
    }

    private void Tell(ConnectorEntry entry, ConnectionEvent happened)
    {
        switch (happened.Kind)
        {
            case ConnectionEventKind.Joined when _known.Add(happened.ConnectionId!.Value):
                _writer.WriteJoined(entry, happened);
                break;
            case ConnectionEventKind.Closed when _known.Remove(happened.ConnectionId!.Value):
                _writer.WriteClosed(entry, happened);
                break;
            case ConnectionEventKind.Refused:
                _writer.WriteRefused(entry, happened);
                break;
            case ConnectionEventKind.Pending:
                _writer.WritePending(entry, happened);
                break;
        }
    }

    private ListedConnection[] Listed(ConnectorEntry entry) =>
        _sampler.Read(rates => entry.Connector.GetConnections().Select(connection => new ListedConnection(entry, connection, rates)).ToArray());

    /// <summary>A connector that was added meanwhile: its connections are new to the reader.</summary>
    private void SubscribeToNew()
    {
        foreach (ListedConnection listed in _subscriptions.Update().SelectMany(Listed).Where(one => _known.Add(one.Id)))
        {
            _writer.WriteJoined(listed);
        }
    }

    /// <returns>Whether the reader is still there.</returns>
    private async ValueTask<bool> FlushAsync(CancellationToken gone)
    {
        using var patience = new CancellationTokenSource(_patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(gone, patience.Token);
        return await _output.FlushAsync(either.Token).ConfigureAwait(false);
    }
}
