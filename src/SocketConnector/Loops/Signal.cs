using System.Threading.Tasks.Sources;

namespace SocketConnector.Loops;

/// <summary>
/// One kind of readiness that one caller at a time waits for. An event that came while nobody waited is kept, so that looking,
/// finding nothing and then waiting misses none.
/// </summary>
internal sealed class Signal : IValueTaskSource<int>
{
    private const int Quiet = 0;
    private const int Raised = 1;
    private const int Awaited = 2;

    private ManualResetValueTaskSourceCore<int> _core;
    private CancellationTokenRegistration _cancellation;
    private int _state;

    /// <param name="isInline">Whether the waiting caller goes on upon the loop's thread, where nothing may be slow.</param>
    public Signal(bool isInline) => _core.RunContinuationsAsynchronously = !isInline;

    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask<int> WaitAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Interlocked.CompareExchange(ref _state, Quiet, Raised) == Raised)
        {
            return default;
        }

        _core.Reset();
        short version = _core.Version;
        if (Interlocked.CompareExchange(ref _state, Awaited, Quiet) == Raised)
        {
            Volatile.Write(ref _state, Quiet);
            return default;
        }

        if (cancellationToken.CanBeCanceled)
        {
            _cancellation = cancellationToken.UnsafeRegister(static (signal, token) => ((Signal)signal!).Cancel(token), this);
        }

        return new ValueTask<int>(this, version);
    }

    public void Raise()
    {
        int before = Interlocked.CompareExchange(ref _state, Raised, Quiet);
        if (before == Awaited && Interlocked.CompareExchange(ref _state, Quiet, Awaited) == Awaited)
        {
            _core.SetResult(0);
        }
    }

    int IValueTaskSource<int>.GetResult(short token)
    {
        _cancellation.Dispose();
        return _core.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void Cancel(CancellationToken token)
    {
        if (Interlocked.CompareExchange(ref _state, Quiet, Awaited) == Awaited)
        {
            _core.SetException(new OperationCanceledException(token));
        }
    }
}
