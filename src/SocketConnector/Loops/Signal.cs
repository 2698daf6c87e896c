namespace SocketConnector.Loops;

/// <summary>
/// One kind of readiness that one caller at a time waits for. An event that finds no waiter is kept, so that looking,
/// finding nothing and then waiting misses none.
/// </summary>
/// <param name="isInline">Whether the waiting caller goes on upon the loop's thread, where nothing may be slow.</param>
internal sealed class Signal(bool isInline)
{
    private static readonly object _raised = new();

    // Nothing, an event that found no waiter yet, or the waiter. A wait of its own for each: one that is used again can be
    // begun anew while the loop's thread is still finishing it.
    private object? _state;

    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask<int> WaitAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        if (Interlocked.CompareExchange(ref _state, null, _raised) == _raised)
        {
            return default;
        }

        var waiting = new TaskCompletionSource<int>(isInline ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);
        object? before = Interlocked.CompareExchange(ref _state, waiting, null);
        if (before == _raised)
        {
            Interlocked.CompareExchange(ref _state, null, _raised);
            return default;
        }

        return before is not null ? throw new InvalidOperationException("a wait is under way already")
            : cancellationToken.CanBeCanceled ? WaitAsync(waiting, cancellationToken)
            : new ValueTask<int>(waiting.Task);
    }

    public void Raise()
    {
        while (true)
        {
            object? before = Volatile.Read(ref _state);
            if (before == _raised)
            {
                return;
            }

            object? after = before is null ? _raised : null;
            if (Interlocked.CompareExchange(ref _state, after, before) == before)
            {
                (before as TaskCompletionSource<int>)?.SetResult(0);
                return;
            }
        }
    }

    private async ValueTask<int> WaitAsync(TaskCompletionSource<int> waiting, CancellationToken cancellationToken)
    {
        CancellationTokenRegistration cancellation = cancellationToken.UnsafeRegister(
            (_, token) =>
            {
                if (Interlocked.CompareExchange(ref _state, null, waiting) == waiting)
                {
                    waiting.SetCanceled(token);
                }
            },
            null);
        await using (cancellation.ConfigureAwait(false))
        {
            return await waiting.Task.ConfigureAwait(false);
        }
    }
}
