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

        var waiting = new Waiter(this, isInline ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);
        object? before = Interlocked.CompareExchange(ref _state, waiting, null);
        if (before == _raised)
        {
            Interlocked.CompareExchange(ref _state, null, _raised);
            return default;
        }

        if (before is not null)
        {
            throw new InvalidOperationException("a wait is under way already");
        }

        waiting.CancelBy(cancellationToken);
        return new ValueTask<int>(waiting.Task);
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
                (before as Waiter)?.Finish();
                return;
            }
        }
    }

    /// <summary>One wait. Whoever takes it out of the signal finishes it, or cancels it.</summary>
    private sealed class Waiter(Signal signal, TaskCreationOptions options) : TaskCompletionSource<int>(options)
    {
        private CancellationTokenRegistration _cancellation;
        private bool _isOver;

        public void CancelBy(CancellationToken cancellationToken)
        {
            if (!cancellationToken.CanBeCanceled)
            {
                return;
            }

            _cancellation = cancellationToken.UnsafeRegister(static (waiter, token) => ((Waiter)waiter!).Cancel(token), this);

            // Finished meanwhile, perhaps before there was anything to unregister. Each of the two writes first and looks then.
            Interlocked.MemoryBarrier();
            if (Volatile.Read(ref _isOver))
            {
                _cancellation.Unregister();
            }
        }

        public void Finish()
        {
            Volatile.Write(ref _isOver, true);
            Interlocked.MemoryBarrier();
            _cancellation.Unregister();
            SetResult(0);
        }

        private void Cancel(CancellationToken cancellationToken)
        {
            if (Interlocked.CompareExchange(ref signal._state, null, this) == this)
            {
                SetCanceled(cancellationToken);
            }
        }
    }
}
