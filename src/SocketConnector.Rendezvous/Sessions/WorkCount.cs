namespace SocketConnector.Rendezvous.Sessions;

/// <summary>Counts what is under way, so that a stop can wait for it. The owner is the first.</summary>
internal sealed class WorkCount
{
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int _count = 1;

    /// <summary>Finishes when nothing is under way any more, after its owner has ended too.</summary>
    public Task Over => _over.Task;

    /// <summary>Runs something that never fails.</summary>
    public void Run(Func<Task> work)
    {
        Interlocked.Increment(ref _count);
        _ = RunAsync(work);
    }

    public void End()
    {
        if (Interlocked.Decrement(ref _count) == 0)
        {
            _over.TrySetResult();
        }
    }

    private async Task RunAsync(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        finally
        {
            End();
        }
    }
}
