using System.Threading.Channels;
using SocketConnector.Admin.Registry;

namespace SocketConnector.Admin.Events;

/// <summary>
/// The events that one reader is still to get, of all connectors. Bounded: where a slow reader has no room for another, that and all that wait are
/// counted instead, and told in the place where they are missing.
/// </summary>
/// <param name="most">How many wait at most.</param>
internal sealed class EventQueue(int most)
{
    private readonly Lock _gate = new();
    private readonly Channel<Queued> _events = Channel.CreateBounded<Queued>(new BoundedChannelOptions(most));
    private long _lost;

    /// <summary>Where a connector writes its events.</summary>
    public ChannelWriter<ConnectionEvent> WriterFor(ConnectorEntry entry) => new EntryWriter(this, entry);

    /// <summary>Waits until there is something to take.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _events.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Takes the next event, or how many were lost in front of it, or behind all that there are.</summary>
    public bool TryTake(out Queued next)
    {
        if (_events.Reader.TryRead(out next))
        {
            return true;
        }

        lock (_gate)
        {
            // One may have come since, and was not lost.
            if (_events.Reader.TryRead(out next))
            {
                return true;
            }

            next = new Queued(null, null, _lost);
            _lost = 0;
            return next.LostBefore > 0;
        }
    }

    private void Add(ConnectorEntry entry, ConnectionEvent happened)
    {
        lock (_gate)
        {
            if (_events.Writer.TryWrite(new Queued(entry, happened, _lost)))
            {
                _lost = 0;
            }
            else
            {
                // With what waits already: its reader lists anew once, and not for each event that finds a place.
                _lost++;
                while (_events.Reader.TryRead(out Queued behind))
                {
                    _lost += behind.LostBefore + 1;
                }
            }
        }
    }

    /// <summary>Takes everything: a connector that counted the loss as well would not offer the end of a connection whose beginning was lost.</summary>
    private sealed class EntryWriter(EventQueue queue, ConnectorEntry entry) : ChannelWriter<ConnectionEvent>
    {
        public override bool TryWrite(ConnectionEvent item)
        {
            queue.Add(entry, item);
            return true;
        }

        public override ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult(true);
    }
}

/// <summary>An event that waits for its reader.</summary>
/// <param name="Entry">Whose it is.</param>
/// <param name="Event">None where only a loss is to be told.</param>
/// <param name="LostBefore">How many were lost in front of it.</param>
internal readonly record struct Queued(ConnectorEntry? Entry, ConnectionEvent? Event, long LostBefore);
