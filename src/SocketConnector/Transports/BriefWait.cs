using System.Threading.Tasks.Sources;
using SocketConnector.Loops;
using SocketConnector.Sockets;

namespace SocketConnector.Transports;

/// <summary>One wait of a few milliseconds for one descriptor; the continuation runs on a loop's thread.</summary>
internal sealed class BriefWait : Watched, ILoopWork, IValueTaskSource<bool>
{
    private ManualResetValueTaskSourceCore<bool> _core;
    private int _isOver;

    /// <returns>Whether the socket became writable, or failed, in time.</returns>
    public ValueTask<bool> UntilWritableAsync(DescriptorSocket socket, EventLoop here)
    {
        here.Later(this);
        socket.WatchBy(this);
        return new ValueTask<bool>(this, _core.Version);
    }

    public override void WhenReady(Readiness readiness)
    {
        // A socket that is not yet connected is hung up and writable (tcp(7)); the first event may be that.
        if ((readiness & Readiness.Output) != Readiness.None && (readiness & Readiness.HangUp) == Readiness.None)
        {
            Finish(true);
        }
        else if ((readiness & Readiness.Error) != Readiness.None)
        {
            Finish(true);
        }
    }

    void ILoopWork.Run() => Finish(false);

    bool IValueTaskSource<bool>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void Finish(bool isReady)
    {
        if (Interlocked.Exchange(ref _isOver, 1) == 0)
        {
            _core.SetResult(isReady);
        }
    }
}
