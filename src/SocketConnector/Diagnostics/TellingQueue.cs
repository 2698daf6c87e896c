namespace SocketConnector.Diagnostics;

/// <summary>
/// Calls a user's logger, meter listeners or event writer: one call after the other, on the thread pool. Such code may throw, block
/// or take its time; here it holds up no connection and no event loop, and its failure ends. Bounded: what finds no room is lost.
/// </summary>
/// <param name="most">How many calls may be queued.</param>
internal sealed class TellingQueue(int most) : IThreadPoolWorkItem
{
    private readonly object _gate = new();
    private readonly Queue<Telling> _queue = new();
    private TaskCompletionSource? _drained;
    private bool _isRunning;
    private bool _isStuck;

    /// <param name="telling">Lost at once where there is no room.</param>
    /// <param name="patience">How long to wait for room; usually not at all. Where nothing moves, no later call waits again.</param>
    /// <returns>Whether there was room for it.</returns>
    public bool TryAdd(Telling telling, TimeSpan patience = default)
    {
        lock (_gate)
        {
            while (_queue.Count >= most)
            {
                if (_isStuck || patience == TimeSpan.Zero)
                {
                    break;
                }

                // Room for one wakes one: each waits again for what is left to it, which is the whole of a short time.
                _isStuck = !Monitor.Wait(_gate, patience);
            }

            if (_queue.Count < most)
            {
                Enqueue(telling);
                return true;
            }
        }

        telling.Lost();
        return false;
    }

    /// <summary>For what is queued once at most, or bounded elsewhere.</summary>
    public void Add(Telling telling)
    {
        lock (_gate)
        {
            Enqueue(telling);
        }
    }

    /// <summary>Finishes when nothing is queued and nothing runs; never, if a user's code never returns.</summary>
    public Task DrainedAsync()
    {
        lock (_gate)
        {
            return _isRunning ? (_drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task : Task.CompletedTask;
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        while (Next() is { } telling)
        {
            try
            {
                telling.Tell();
            }
            catch (Exception)
            {
                // A user's code has failed; only the count can tell.
                telling.Lost();
            }
        }
    }

    private void Enqueue(Telling telling)
    {
        _queue.Enqueue(telling);
        if (!_isRunning)
        {
            _isRunning = true;
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    private Telling? Next()
    {
        lock (_gate)
        {
            _isStuck = false;
            if (_queue.TryDequeue(out Telling? telling))
            {
                Monitor.Pulse(_gate);
                return telling;
            }

            _isRunning = false;
            _drained?.SetResult();
            _drained = null;
            return null;
        }
    }
}

/// <summary>One call of a user's code.</summary>
internal abstract class Telling
{
    /// <summary>Calls it. May throw or block.</summary>
    public abstract void Tell();

    /// <summary>Counts it as lost.</summary>
    public abstract void Lost();
}
