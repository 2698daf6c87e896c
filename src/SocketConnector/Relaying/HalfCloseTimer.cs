using System.Net.Sockets;
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
    private readonly Socket _openSide;
    private readonly Action _expired;
    private readonly ITimer _timer;
    private long _acknowledged;

    /// <param name="time">The clock.</param>
    /// <param name="timeout">The longest silence.</param>
    /// <param name="open">Counts the direction that is still open.</param>
    /// <param name="openSide">The socket of the side that has not ended its half: it may still be reading its tail.</param>
    /// <param name="expired">Called once, when the silence was too long.</param>
    public HalfCloseTimer(TimeProvider time, TimeSpan timeout, FlowCounter open, Socket openSide, Action expired)
    {
        (_time, _timeout, _open, _openSide, _expired) = (time, timeout, open, openSide, expired);
        _started = time.GetTimestamp();
        _acknowledged = SendQueue.AcknowledgedWhileWaiting(openSide);
        _timer = time.CreateTimer(static state => ((HalfCloseTimer)state!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(timeout, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        TimeSpan silent = _time.GetElapsedTime(Math.Max(_started, _open.LastMoved));
        long acknowledged = SendQueue.AcknowledgedWhileWaiting(_openSide);
        bool tailMoved = acknowledged >= 0 && acknowledged != _acknowledged;
        _acknowledged = acknowledged;
        if (tailMoved)
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
