namespace SocketConnector.Rendezvous.Sessions;

/// <summary>Counts running tasks, so that a stop can await them all. The owner itself counts as one.</summary>
internal sealed class WorkCount
{
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // One for all, since thousands are under way, and each waits.
    private readonly Action _end;
    private int _count = 1;

    public WorkCount() => _end = End;

    /// <summary>Finishes when nothing is under way any more, after its owner has ended too.</summary>
    public Task Over => _over.Task;

    /// <summary>Runs something that never fails.</summary>
    public void Run(Func<Task> work)
    {
        Interlocked.Increment(ref _count);
        work().ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(_end);
    }

    public void End()
    {
        if (Interlocked.Decrement(ref _count) == 0)
        {
            _over.TrySetResult();
        }
    }
}
