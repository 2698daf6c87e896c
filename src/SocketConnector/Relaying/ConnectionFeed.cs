using System.Threading.Channels;

namespace SocketConnector.Relaying;

/// <summary>Tells every watcher of every new connection. A watcher that does not read loses the oldest, and costs no more.</summary>
internal sealed class ConnectionFeed
{
    internal const int MostUnread = 1024;

    private readonly Lock _gate = new();
    private readonly HashSet<Channel<Connection>> _watchers = [];
    private bool _isCompleted;

    public void Publish(Connection connection)
    {
        lock (_gate)
        {
            foreach (Channel<Connection> watcher in _watchers)
            {
                watcher.Writer.TryWrite(connection);
            }
        }
    }

    public void Complete()
    {
        lock (_gate)
        {
            _isCompleted = true;
            foreach (Channel<Connection> watcher in _watchers)
            {
                watcher.Writer.Complete();
            }
        }
    }

    /// <summary>Watches from this call on, not only from the first read.</summary>
    public IAsyncEnumerable<Connection> WatchAsync(CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<Connection>(new BoundedChannelOptions(MostUnread) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        lock (_gate)
        {
            _watchers.Add(channel);
            if (_isCompleted)
            {
                channel.Writer.Complete();
            }
        }

        return ReadAsync(channel, cancellationToken);
    }

    private async IAsyncEnumerable<Connection> ReadAsync(
        Channel<Connection> channel, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await foreach (Connection connection in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return connection;
            }
        }
        finally
        {
            lock (_gate)
            {
                _watchers.Remove(channel);
            }
        }
    }
}
