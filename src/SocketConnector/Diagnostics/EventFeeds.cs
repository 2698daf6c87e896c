using System.Threading.Channels;

namespace SocketConnector.Diagnostics;

/// <summary>Everybody who is told the events of a connector: the writer of its options, and those that came later.</summary>
/// <param name="first">That of the options, if there is one.</param>
internal sealed class EventFeeds(ChannelWriter<ConnectionEvent>? first)
{
    private readonly Lock _gate = new();
    private EventFeed[] _feeds = first is null ? [] : [new EventFeed(first)];
    private long _lostBefore;

    public bool IsEmpty => Volatile.Read(ref _feeds).Length == 0;

    /// <summary>What all of them have lost, also those that are gone.</summary>
    public long Lost
    {
        get
        {
            lock (_gate)
            {
                return _lostBefore + _feeds.Sum(static feed => feed.Lost);
            }
        }
    }

    /// <summary>Tells it of everything from here on.</summary>
    /// <returns>Tells it no more when disposed; what was queued for it may still come.</returns>
    public IDisposable Add(ChannelWriter<ConnectionEvent> writer)
    {
        var feed = new EventFeed(writer);
        lock (_gate)
        {
            Volatile.Write(ref _feeds, [.. _feeds, feed]);
        }

        return new Subscription(this, feed);
    }

    public void Offer(ConnectionEvent happened)
    {
        foreach (EventFeed feed in Volatile.Read(ref _feeds))
        {
            feed.Offer(happened);
        }
    }

    public Task DrainedAsync() => Task.WhenAll(Volatile.Read(ref _feeds).Select(static feed => feed.DrainedAsync()));

    private void Remove(EventFeed feed)
    {
        lock (_gate)
        {
            if (_feeds.Contains(feed))
            {
                _lostBefore += feed.Lost;
                Volatile.Write(ref _feeds, [.. _feeds.Where(one => one != feed)]);
            }
        }
    }

    private sealed class Subscription(EventFeeds feeds, EventFeed feed) : IDisposable
    {
        public void Dispose() => feeds.Remove(feed);
    }
}
