using System.Net.Sockets;

namespace SocketConnector.Pumping;

/// <summary>
/// Looks at the source of a direction that waits, for room at the destination or for its transformer: nothing reads from it then, so
/// nothing else would notice its end, or its reset. The runtime cannot wait for those alone, so it looks twice a second. Made when a
/// direction first waits.
/// </summary>
internal sealed class SourceWatch : IDisposable
{
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(500);

    private readonly Flow _flow;
    private readonly ITimer _timer;
    private int _isSet;

    public SourceWatch(Flow flow, TimeProvider time)
    {
        _flow = flow;
        _timer = time.CreateTimer(static state => ((SourceWatch)state!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Looks from now on, until a look finds that the direction no longer waits. Cheap while set.</summary>
    public void Set()
    {
        if (Volatile.Read(ref _isSet) == 0 && Interlocked.Exchange(ref _isSet, 1) == 0)
        {
            _timer.Change(_interval, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        // A full fence: whatever begins to wait now either is seen here, or sets this again.
        Interlocked.Exchange(ref _isSet, 0);
        if (!_flow.IsWaiting)
        {
            return;
        }

        try
        {
            switch (_flow.Source.EndAhead())
            {
                case SocketError.Success:
                    _flow.SourceEnded();
                    break;
                case { } error:
                    _flow.Failing(new PumpResult(PumpVerdict.SourceFailed, new SocketException((int)error)));
                    return;
            }
        }
        catch (ObjectDisposedException)
        {
            // Aborted meanwhile.
            return;
        }

        Set();
    }
}
