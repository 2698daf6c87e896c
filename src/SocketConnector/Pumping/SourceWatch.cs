using System.Net.Sockets;
using SocketConnector.Sockets;

namespace SocketConnector.Pumping;

/// <summary>
/// Looks at the source's socket from time to time while nobody reads it, because what was read before cannot be handed on. Its
/// reset counts all the same, and no event tells of one behind unread bytes.
/// </summary>
internal sealed class SourceWatch(PeerSocket source, FirstFailure verdict, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(1);
    private ITimer? _timer;
    private bool _isLooking;

    public void Start()
    {
        _timer ??= time.CreateTimer(static watch => ((SourceWatch)watch!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(_interval, _interval);
        _isLooking = true;
    }

    public void Pause()
    {
        if (_isLooking)
        {
            _isLooking = false;
            _timer!.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => _timer?.Dispose();

    private void Look()
    {
        try
        {
            if (source.Socket.HasFailed())
            {
                verdict.Set(PumpVerdict.SourceFailed, new SocketException((int)SocketError.ConnectionReset));
            }
        }
        catch (Exception error) when (SocketFailure.Is(error))
        {
            // Closed from this end, or the pump has ended meanwhile.
        }
    }
}
