using SocketConnector.Diagnostics;

namespace SocketConnector.Relaying;

/// <summary>Every task that the connector starts and nobody else awaits. Knows when the last of them has finished.</summary>
internal sealed class OwnedTasks(Observer observer)
{
    private readonly TaskCompletionSource _allDone = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // One is held by the connector itself until it closes.
    private int _running = 1;

    /// <summary>Finishes when <see cref="Close"/> was called and nothing runs any more.</summary>
    public Task AllDone => _allDone.Task;

    /// <summary>Something begins that is no task; <see cref="End"/> comes after it.</summary>
    public void Begin() => Interlocked.Increment(ref _running);

    public void End() => Release();

    /// <summary>Starts the work on the caller's thread, up to its first wait.</summary>
    public void Run(Func<Task> work)
    {
        Interlocked.Increment(ref _running);
        _ = OwnAsync(work);
    }

    /// <summary>Counts work that its caller awaits, so that the connector waits for it too.</summary>
    public async Task<T> HoldAsync<T>(Func<Task<T>> work)
    {
        Interlocked.Increment(ref _running);
        try
        {
            return await work().ConfigureAwait(false);
        }
        finally
        {
            Release();
        }
    }

    public void Close() => Release();

    private async Task OwnAsync(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // Whatever a peer or a user's code can do is handled where it happens; this is ours.
            observer.Log.Fault(error);
        }
        finally
        {
            Release();
        }
    }

    private void Release()
    {
        if (Interlocked.Decrement(ref _running) == 0)
        {
            _allDone.TrySetResult();
        }
    }
}
