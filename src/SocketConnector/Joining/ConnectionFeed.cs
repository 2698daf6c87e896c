using System.Threading.Channels;

namespace SocketConnector.Joining;

/// <summary>
/// Tells every watcher of every new connection. A watcher that does not read loses the oldest, and costs no more; one that was never
/// read from is held by its own user alone, and goes with the garbage.
/// </summary>
internal sealed class ConnectionFeed
{
    internal const int MaxUnread = 1024;

    private readonly Lock _gate = new();
    private readonly HashSet<Channel<Connection>> _read = [];
    private readonly List<WeakReference<Channel<Connection>>> _unread = [];
    private bool _isCompleted;

    /// <summary>How many watchers it tells.</summary>
    internal int Watchers
    {
        get
        {
            lock (_gate)
            {
                DropAbandoned();
                return _read.Count + _unread.Count;
            }
        }
    }

    public void Publish(Connection connection)
    {
        lock (_gate)
        {
            ForEach(static (watcher, joined) => watcher.Writer.TryWrite(joined!), connection);
        }
    }

    public void Complete()
    {
        lock (_gate)
        {
            _isCompleted = true;
            ForEach(static (watcher, _) => watcher.Writer.TryComplete(), null);
        }
    }

    /// <summary>The first to read it watches from this call on, not only from the first read; any other from its first read on.</summary>
    public IAsyncEnumerable<Connection> WatchAsync(CancellationToken cancellationToken) => new Watch(this, Register(), cancellationToken);

    private Channel<Connection> Register()
    {
        var channel = Channel.CreateBounded<Connection>(new BoundedChannelOptions(MaxUnread) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        lock (_gate)
        {
            if (_isCompleted)
            {
                channel.Writer.Complete();
            }
            else
            {
                DropAbandoned();
                _unread.Add(new WeakReference<Channel<Connection>>(channel));
            }
        }

        return channel;
    }

    /// <summary>From here on the feed holds the channel: nothing else may, while its reader waits.</summary>
    private void BeginReading(Channel<Connection> channel)
    {
        lock (_gate)
        {
            Forget(channel);
            if (!_isCompleted)
            {
                _read.Add(channel);
            }
        }
    }

    private void EndReading(Channel<Connection> channel)
    {
        lock (_gate)
        {
            _read.Remove(channel);
        }
    }

    private void Forget(Channel<Connection> channel) => _unread.RemoveAll(weak => !weak.TryGetTarget(out Channel<Connection>? one) || one == channel);

    private void DropAbandoned() => _unread.RemoveAll(static weak => !weak.TryGetTarget(out _));

    private void ForEach(Action<Channel<Connection>, Connection?> tell, Connection? connection)
    {
        foreach (Channel<Connection> watcher in _read)
        {
            tell(watcher, connection);
        }

        bool isAbandoned = false;
        foreach (WeakReference<Channel<Connection>> weak in _unread)
        {
            if (weak.TryGetTarget(out Channel<Connection>? watcher))
            {
                tell(watcher, connection);
            }
            else
            {
                isAbandoned = true;
            }
        }

        if (isAbandoned)
        {
            DropAbandoned();
        }
    }

    private async IAsyncEnumerable<Connection> ReadAsync(
        Channel<Connection> channel, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        BeginReading(channel);
        try
        {
            await foreach (Connection connection in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return connection;
            }
        }
        finally
        {
            EndReading(channel);
        }
    }

    private sealed class Watch(ConnectionFeed feed, Channel<Connection> first, CancellationToken cancellationToken) : IAsyncEnumerable<Connection>
    {
        private Channel<Connection>? _first = first;

        public IAsyncEnumerator<Connection> GetAsyncEnumerator(CancellationToken ofThis = default) =>
            feed.ReadAsync(Interlocked.Exchange(ref _first, null) ?? feed.Register(), cancellationToken).GetAsyncEnumerator(ofThis);
    }
}
