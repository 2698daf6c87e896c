namespace SocketConnector.Sockets;

/// <summary>
/// The places under a side's accept limit. An admitted peer takes one, keeps it for good when it is joined, and gives it back
/// when it ends before that: a port scan or a failed dial uses nothing up.
/// </summary>
internal sealed class AcceptPlaces(int most)
{
    private readonly Lock _gate = new();
    private int _taken;
    private int _kept;
    private bool _isOver;
    private TaskCompletionSource? _change;

    /// <summary>Called once, when as many peers were joined as the limit allows.</summary>
    public event Action? UsedUp;

    /// <summary>Whether no place will be free any more.</summary>
    public bool IsOver
    {
        get
        {
            lock (_gate)
            {
                return _isOver;
            }
        }
    }

    /// <returns>A place; none while all are taken.</returns>
    public AcceptPlace? TryTake()
    {
        lock (_gate)
        {
            if (_taken == most)
            {
                return null;
            }

            _taken++;
            return new AcceptPlace(this);
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

    /// <summary>Nobody waits any more.</summary>
    public void Close() => Change(isOver: true);

    internal void GiveBack()
    {
        lock (_gate)
        {
            _taken--;
        }

        Change(isOver: false);
    }

    internal void Keep()
    {
        if (Interlocked.Increment(ref _kept) == most)
        {
            UsedUp?.Invoke();
            Change(isOver: true);
        }
    }

    private void Change(bool isOver)
    {
        TaskCompletionSource? change;
        lock (_gate)
        {
            _isOver |= isOver;
            (change, _change) = (_change, null);
        }

        change?.SetResult();
    }
}

/// <summary>One place, which is kept or given back, whichever comes first.</summary>
internal sealed class AcceptPlace(AcceptPlaces places)
{
    private int _isSettled;

    public void Keep()
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
