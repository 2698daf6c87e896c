using SocketConnector.Admin.Registry;
using SocketConnector.Admin.Views;

namespace SocketConnector.Admin.Events;

/// <summary>
/// What one reader gets: everything that there is, then what happens. It subscribes first and looks afterwards, so nothing is left out in between.
/// </summary>
/// <param name="wanted">The connectors, asked anew each time: some are added later.</param>
/// <param name="sampler">For the rates.</param>
/// <param name="time">The clock.</param>
/// <param name="output">Where it is written.</param>
internal sealed class EventStream(Func<IReadOnlyList<ConnectorEntry>> wanted, RateSampler sampler, TimeProvider time, SseWriter output) : IDisposable
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
    private readonly Dictionary<ConnectorEntry, IDisposable> _subscriptions = [];

    /// <summary>Runs until the reader goes, or the token is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<ConnectorEntry> connectors = Subscribe();
        output.Write("snapshot", json =>
        {
            json.WriteStartObject();
            json.WriteTime("time", time.GetUtcNow());
            ProgramView.Write(json);
            WriteConnectors(json);
            json.WriteEndObject();
        });
        foreach (ListedConnection[] chunk in connectors.SelectMany(Listed).Where(one => _known.Add(one.Id)).Chunk(ChunkSize))
        {
            output.Write("connections", json =>
            {
                DateTimeOffset now = time.GetUtcNow();
                json.WriteStartObject();
                json.WriteStartArray("connections");
                foreach (ListedConnection connection in chunk)
                {
                    ConnectionView.Write(json, connection, now);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            });
            if (!await FlushAsync(cancellationToken).ConfigureAwait(false))
            {
                return;
            }
        }

        output.Write("ready", static json =>
        {
            json.WriteStartObject();
            json.WriteEndObject();
        });
        if (await FlushAsync(cancellationToken).ConfigureAwait(false))
        {
            await FollowAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        foreach (IDisposable subscription in _subscriptions.Values)
        {
            subscription.Dispose();
        }
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        Task tick = Task.Delay(_totalsInterval, time, cancellationToken);
        Task<bool> events = _queue.WaitAsync(cancellationToken).AsTask();
        long commented = time.GetTimestamp();
        bool isThere = true;
        while (isThere)
        {
            await (await Task.WhenAny(tick, events).ConfigureAwait(false)).ConfigureAwait(false);
            if (events.IsCompleted)
            {
                isThere = await TellAsync(cancellationToken).ConfigureAwait(false);
                events = _queue.WaitAsync(cancellationToken).AsTask();
            }

            if (tick.IsCompleted && isThere)
            {
                tick = Task.Delay(_totalsInterval, time, cancellationToken);
                SubscribeToNew();
                WriteTotals();
                if (time.GetElapsedTime(commented) >= _commentInterval)
                {
                    commented = time.GetTimestamp();
                    output.WriteComment();
                }

                isThere = await FlushAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Tells what waits.</summary>
    private async ValueTask<bool> TellAsync(CancellationToken cancellationToken)
    {
        for (int unflushed = 0; _queue.TryTake(out Queued next);)
        {
            Tell(next);
            if (++unflushed == MaxUnflushed)
            {
                unflushed = 0;
                if (!await FlushAsync(cancellationToken).ConfigureAwait(false))
                {
                    return false;
                }
            }
        }

        return await FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private void Tell(Queued next)
    {
        if (next.LostBefore > 0)
        {
            _known.Reset(_subscriptions.Keys.SelectMany(static entry => entry.Connector.GetConnections()).Select(static one => one.Id));
            output.Write("lost", json =>
            {
                json.WriteStartObject();
                json.WriteNumber("count", next.LostBefore);
                json.WriteEndObject();
            });
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
                output.Write("joined", json => EventView.WriteJoined(json, entry, happened));
                break;
            case ConnectionEventKind.Closed when _known.Remove(happened.ConnectionId!.Value):
                output.Write("closed", json => EventView.WriteClosed(json, entry, happened));
                break;
            case ConnectionEventKind.Refused:
                output.Write("refused", json => EventView.WriteRefused(json, entry, happened));
                break;
            case ConnectionEventKind.Pending:
                output.Write("pending", json => new WaitingPeer(entry, (happened.PeerA ?? happened.PeerB)!).Write(json, happened.Time));
                break;
        }
    }

    private void WriteTotals() => output.Write("totals", json =>
    {
        json.WriteStartObject();
        json.WriteTime("time", time.GetUtcNow());
        WriteConnectors(json);
        json.WriteEndObject();
    });

    private void WriteConnectors(System.Text.Json.Utf8JsonWriter json)
    {
        json.WriteStartArray("connectors");
        foreach ((ConnectorEntry entry, ConnectorStats stats, Rate rate) in sampler.Read(reading =>
            wanted().Select(entry => (entry, reading.StatsOf(entry), reading.OfConnector(entry.Id))).ToArray()))
        {
            ConnectorView.Write(json, entry, stats, rate);
        }

        json.WriteEndArray();
    }

    private ListedConnection[] Listed(ConnectorEntry entry) =>
        sampler.Read(rates => entry.Connector.GetConnections().Select(connection => new ListedConnection(entry, connection, rates)).ToArray());

    /// <summary>A connector that was added meanwhile: its connections are new to the reader.</summary>
    private void SubscribeToNew()
    {
        foreach (ListedConnection listed in Subscribe().SelectMany(Listed).Where(one => _known.Add(one.Id)))
        {
            output.Write("joined", json => ConnectionView.Write(json, listed, time.GetUtcNow()));
        }
    }

    /// <returns>The connectors that it was not subscribed to.</returns>
    private List<ConnectorEntry> Subscribe()
    {
        IReadOnlyList<ConnectorEntry> now = wanted();
        List<ConnectorEntry> added = [.. now.Where(entry => !_subscriptions.ContainsKey(entry))];
        foreach (ConnectorEntry entry in added)
        {
            _subscriptions.Add(entry, entry.Connector.AddEvents(_queue.WriterFor(entry)));
        }

        foreach (ConnectorEntry gone in _subscriptions.Keys.Except(now).ToArray())
        {
            _subscriptions.Remove(gone, out IDisposable? subscription);
            subscription!.Dispose();
        }

        return added;
    }

    private async ValueTask<bool> FlushAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(_patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        return await output.FlushAsync(either.Token).ConfigureAwait(false);
    }
}
