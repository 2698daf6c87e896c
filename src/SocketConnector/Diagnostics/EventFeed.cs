using System.Collections.Concurrent;
using System.Threading.Channels;

namespace SocketConnector.Diagnostics;

/// <summary>
/// Offers each connection twice to a user's writer, when it is joined and when it has ended, and what becomes of peers before. An event
/// that is not taken at once is lost and counted, and a connection's end is offered only where its beginning was taken.
/// </summary>
internal sealed class EventFeed(ChannelWriter<ConnectionEvent> writer)
{
    /// <summary>How far the writer may be behind. Events are small, and a busy relay has many.</summary>
    internal const int MaxQueued = 16 * 1024;

    private readonly TellingQueue _queue = new(MaxQueued);
    private readonly bool _isImmediate = writer is IImmediateEvents;

    // The connections whose beginning was lost, until they end.
    private readonly ConcurrentDictionary<long, byte> _unknown = new();
    private long _lost;

    public long Lost => Volatile.Read(ref _lost);

    public void Offer(ConnectionEvent happened)
    {
        if (_isImmediate)
        {
            Write(happened);
        }
        else
        {
            _queue.TryAdd(new Offering(this, happened));
        }
    }

    public Task DrainedAsync() => _queue.DrainedAsync();

    private void Write(ConnectionEvent happened)
    {
        if (happened.Kind == ConnectionEventKind.Closed && _unknown.TryRemove(happened.ConnectionId!.Value, out _))
        {
            return;
        }

        if (!writer.TryWrite(happened))
        {
            Lose(happened);
        }
    }

    private void Lose(ConnectionEvent happened)
    {
        if (happened.Kind == ConnectionEventKind.Joined)
        {
            // An end that was lost before its beginning leaves its id here, so there is a bound.
            if (_unknown.Count < MaxQueued)
            {
                _unknown.TryAdd(happened.ConnectionId!.Value, 0);
            }
        }
        else if (happened.Kind == ConnectionEventKind.Closed && _unknown.TryRemove(happened.ConnectionId!.Value, out _))
        {
            return;
        }

        Interlocked.Increment(ref _lost);
    }

    private sealed class Offering(EventFeed feed, ConnectionEvent happened) : Telling
    {
        public override void Tell() => feed.Write(happened);

        public override void Lost() => feed.Lose(happened);
    }
}
