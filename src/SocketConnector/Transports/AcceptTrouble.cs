using System.Net.Sockets;
using SocketConnector.Diagnostics;
using SocketConnector.Sockets;

namespace SocketConnector.Transports;

/// <summary>What a listener does while it cannot accept: waits longer and longer, and says so once for each burst. Shared by its loops.</summary>
internal sealed class AcceptTrouble(Side side, string endPoint, Observer observer, TimeProvider time, CancellationToken disposed)
{
    private static readonly TimeSpan _firstWait = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan _longestWait = TimeSpan.FromSeconds(1);

    // Whether others of this process have given descriptors back is measured no more often.
    private static readonly TimeSpan _longestWaitForDescriptors = TimeSpan.FromMilliseconds(250);

    // Close to a limit, trouble comes and goes many times a second; that is one burst, told once.
    private static readonly TimeSpan _sameBurst = TimeSpan.FromSeconds(10);

    // Between two tries it is still the same trouble.
    private static readonly TimeSpan _oneTrouble = _longestWait;

    private long _lastFailure;
    private int _hasTold;
    private int _waiting;

    public Side Side => side;

    /// <summary>Whether clients are not accepted now, though some may wait.</summary>
    public bool IsNow => Volatile.Read(ref _waiting) > 0 || (Volatile.Read(ref _lastFailure) is not 0 and long last && time.GetElapsedTime(last) < _oneTrouble);

    public bool IsOver => disposed.IsCancellationRequested;

    /// <summary>After a failure.</summary>
    public Task WaitAsync(Exception error, int earlierFailures) => WaitAsync(error, earlierFailures, _longestWait, change: null);

    /// <summary>For descriptors to be given back.</summary>
    public Task WaitForDescriptorsAsync(Task change, int earlierFailures) =>
        WaitAsync(new SocketException((int)SocketError.TooManyOpenSockets), earlierFailures, _longestWaitForDescriptors, change);

    public void Recovered(int failures)
    {
        if (Interlocked.Exchange(ref _hasTold, 0) != 0)
        {
            observer.Log.AcceptRecovered(side, endPoint, failures);
        }
    }

    private async Task WaitAsync(Exception error, int earlierFailures, TimeSpan longest, Task? change)
    {
        TimeSpan doubled = _firstWait * Math.Pow(2, Math.Min(earlierFailures, 10));
        TimeSpan wait = doubled < longest ? doubled : longest;
        Interlocked.Increment(ref _waiting);
        try
        {
            Tell(error);
            await (change?.WaitAsync(wait, time, disposed) ?? Task.Delay(wait, time, disposed)).ConfigureAwait(false);
        }
        catch (Exception over) when (over is TimeoutException or OperationCanceledException)
        {
            // It was long enough, or the listener is disposed; the loop looks for itself.
        }
        catch (Exception fault)
        {
            // Nothing may end an accept loop.
            observer.Log.Fault(fault);
            await Task.Delay(wait, TimeProvider.System, disposed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private void Tell(Exception error)
    {
        if (!SocketFailure.Is(error))
        {
            observer.Log.Fault(error);
            return;
        }

        long last = Interlocked.Exchange(ref _lastFailure, time.GetTimestamp());
        if (last == 0 || time.GetElapsedTime(last) > _sameBurst)
        {
            Interlocked.Exchange(ref _hasTold, 1);
            observer.Log.AcceptFailing(side, endPoint, error is SocketException failed ? SocketFailure.Reason(failed) : ErrorText.Of(error));
        }
    }
}
