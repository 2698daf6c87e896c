using SocketConnector.Sockets;

namespace SocketConnector.Relaying;

/// <summary>
/// Ends a connection of which one side has ended its half and the other has gone silent. One timer, started only then; bytes
/// do not touch it, it looks at the counters when it is due and waits on for what remains.
/// </summary>
internal sealed class HalfCloseTimer : IDisposable
{
    private readonly TimeProvider _time;
    private readonly TimeSpan _timeout;
    private readonly long _started;
    private readonly FlowCounter _open;
    private readonly SendQueue _tail;
    private readonly SendQueue _reply;
    private readonly Action _expired;
    private readonly ITimer _timer;

    /// <param name="time">The clock.</param>
    /// <param name="timeout">The longest silence.</param>
    /// <param name="started">When the other direction ended, as a timestamp of the clock.</param>
    /// <param name="open">The direction that is still open.</param>
    /// <param name="source">Where it comes from; that side may still be reading the tail of the other direction.</param>
    /// <param name="destination">Where it goes; that side may read so slowly that no chunk is handed over whole for long.</param>
    /// <param name="expired">Called once, when the silence was too long.</param>
    public HalfCloseTimer(TimeProvider time, TimeSpan timeout, long started, FlowCounter open, StreamSocket source, StreamSocket destination, Action expired)
    {
        (_time, _timeout, _started, _open, _expired) = (time, timeout, started, open, expired);
        _tail = new SendQueue(source);
        _reply = new SendQueue(destination);
        _timer = time.CreateTimer(static state => ((HalfCloseTimer)state!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Start();
    }

    public void Dispose() => _timer.Dispose();

    private void Start()
    {
        TimeSpan left = _timeout == Timeout.InfiniteTimeSpan ? _timeout : _timeout - _time.GetElapsedTime(_started);
        _timer.Change(left > TimeSpan.Zero || left == Timeout.InfiniteTimeSpan ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private void Look()
    {
        TimeSpan silent = _time.GetElapsedTime(Math.Max(_started, _open.LastMoved));
        bool tailMoved = _tail.HasMoved();
        if (_reply.HasMoved() || tailMoved)
        {
            _timer.Change(_timeout, Timeout.InfiniteTimeSpan);
        }
        else if (silent < _timeout)
        {
            _timer.Change(_timeout - silent, Timeout.InfiniteTimeSpan);
        }
        else
        {
            _expired();
        }
    }
}
