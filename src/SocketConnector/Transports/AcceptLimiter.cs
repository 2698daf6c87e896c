using SocketConnector.Sockets;

namespace SocketConnector.Transports;

/// <summary>
/// The places under a side's accept limit. An admitted peer takes one, keeps it for good when it is joined, and gives it back
/// when it ends before that: a port scan or a failed dial uses nothing up.
/// </summary>
internal sealed class AcceptLimiter(int most)
{
    private readonly Lock _gate = new();
    private int _taken;
    private int _kept;
    private bool _isOver;
    private readonly LinkedList<TaskCompletionSource<AcceptLease?>> _queue = [];
    private readonly CancellationTokenSource _usedUp = new();
    private TaskCompletionSource? _change;

    /// <summary>Cancelled once, when as many peers were joined as the limit allows.</summary>
    public CancellationToken UsedUp => _usedUp.Token;

    /// <summary>Whether as many peers were joined as the limit allows.</summary>
    public bool IsUsedUp => Volatile.Read(ref _kept) >= most;

    /// <summary>Takes a place, or waits for one behind those that came before.</summary>
    /// <returns>A place; none where no place will be free any more.</returns>
    /// <exception cref="OperationCanceledException">Given up; no place is taken.</exception>
    public async Task<AcceptLease?> TakeAsync(CancellationToken cancellationToken)
    {
        LinkedListNode<TaskCompletionSource<AcceptLease?>> turn;
        lock (_gate)
        {
            if (_taken < most)
            {
                _taken++;
                return new AcceptLease(this);
            }

            if (_isOver)
            {
                return null;
            }

            turn = _queue.AddLast(new TaskCompletionSource<AcceptLease?>(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        CancellationTokenRegistration leaving = cancellationToken.UnsafeRegister(_ => Leave(turn), null);
        await using (leaving.ConfigureAwait(false))
        {
            return await turn.Value.Task.ConfigureAwait(false);
        }
    }

    /// <summary>Waits until a place is free, or none ever will be.</summary>
    public Task WaitForOneAsync()
    {
        lock (_gate)
        {
            return _taken < most || _isOver
                ? Task.CompletedTask
                : (_change ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Ends every wait.</summary>
    public void Close() => Change(isOver: true);

    internal void GiveBack()
    {
        lock (_gate)
        {
            if (_queue.First is { } next)
            {
                _queue.RemoveFirst();
                next.Value.SetResult(new AcceptLease(this));
                return;
            }

            _taken--;
        }

        Change(isOver: false);
    }

    internal void Keep()
    {
        if (Interlocked.Increment(ref _kept) == most)
        {
            try
            {
                _usedUp.Cancel();
            }
            finally
            {
                Change(isOver: true);
            }
        }
    }

    private void Leave(LinkedListNode<TaskCompletionSource<AcceptLease?>> turn)
    {
        lock (_gate)
        {
            if (turn.List is null)
            {
                // Its turn has come already.
                return;
            }

            _queue.Remove(turn);
        }

        turn.Value.SetCanceled();
    }

    private void Change(bool isOver)
    {
        TaskCompletionSource? change;
        lock (_gate)
        {
            _isOver |= isOver;
            (change, _change) = (_change, null);
            for (; _isOver && _queue.First is { } next; _queue.RemoveFirst())
            {
                next.Value.SetResult(null);
            }
        }

        change?.SetResult();
    }
}

/// <summary>One place, which is kept or given back, whichever comes first.</summary>
internal sealed class AcceptLease(AcceptLimiter places) : ILease
{
    private int _isSettled;

    public void UseUp()
    {
        if (Interlocked.Exchange(ref _isSettled, 1) == 0)
        {
            places.Keep();
        }
    }

    public void GiveBack()
    {
        if (Interlocked.Exchange(ref _isSettled, 1) == 0)
        {
            places.GiveBack();
        }
    }
}
