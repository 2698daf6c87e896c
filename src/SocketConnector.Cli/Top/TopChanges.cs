using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace SocketConnector.Cli.Top;

/// <summary>What comes by itself. Of each kind only the last is of interest to a loop that was held up.</summary>
internal enum TopNews
{
    /// <summary>What the relay has answered, or why it has not.</summary>
    Answer = 0,
    Notice,
    Resized,
    Continued,
}

/// <summary>
/// What waits for the loop, and stays bounded where the terminal does not read: news take the place of older news, and a key that finds no room holds up
/// the thread that reads them, so that none is lost.
/// </summary>
internal sealed class TopChanges
{
    internal const int MaxKeys = 256;

    private readonly object _gate = new();
    private readonly Queue<TopChange> _keys = new();
    private readonly Dictionary<TopNews, TopChange> _news = [];
    private readonly Channel<bool> _some = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private bool _isOver;

    /// <summary>Waits for room, so it is not for the thread that takes.</summary>
    public void AddKey(TopChange change)
    {
        lock (_gate)
        {
            while (_keys.Count >= MaxKeys && !_isOver)
            {
                Monitor.Wait(_gate);
            }

            _keys.Enqueue(change);
        }

        _some.Writer.TryWrite(true);
    }

    /// <summary>Never waits.</summary>
    public void Replace(TopNews kind, TopChange change)
    {
        lock (_gate)
        {
            _news[kind] = change;
        }

        _some.Writer.TryWrite(true);
    }

    /// <returns>False where nothing can come any more.</returns>
    /// <exception cref="IOException">Likewise, and that is a failure.</exception>
    public async ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        bool isOpen = await _some.Reader.WaitToReadAsync(cancellationToken);
        _some.Reader.TryRead(out _);
        return isOpen;
    }

    /// <summary>Keys first, in their order.</summary>
    public bool TryTake([NotNullWhen(true)] out TopChange? change)
    {
        lock (_gate)
        {
            if (_keys.TryDequeue(out change))
            {
                Monitor.Pulse(_gate);
                return true;
            }

            return _news.Count > 0 && _news.Remove(_news.Keys.First(), out change);
        }
    }

    /// <summary>Nothing more comes, behind what waits.</summary>
    /// <param name="error">Why, if that is a failure.</param>
    public void End(Exception? error)
    {
        lock (_gate)
        {
            _isOver = true;
            Monitor.PulseAll(_gate);
        }

        _some.Writer.TryComplete(error);
    }
}
