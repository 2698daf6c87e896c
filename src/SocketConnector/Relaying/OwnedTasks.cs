using SocketConnector.Diagnostics;

namespace SocketConnector.Relaying;

/// <summary>Every task that the connector starts and does not await elsewhere. Knows when the last of them has finished.</summary>
internal sealed class OwnedTasks(Observer observer)
{
    private readonly TaskCompletionSource _allDone = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // One is held by the connector itself until it closes.
    private int _running = 1;

    /// <summary>Finishes when <see cref="Close"/> was called and nothing runs any more.</summary>
    public Task AllDone => _allDone.Task;

    /// <summary>Something begins that the connector waits for; <see cref="End"/> comes after it.</summary>
    /// <returns>Whether it may. Once all is done nothing begins any more, and what was to be worked on is the caller's to close.</returns>
    public bool TryBegin()
    {
        int running = Volatile.Read(ref _running);
        while (running > 0)
        {
            int before = Interlocked.CompareExchange(ref _running, running + 1, running);
            if (before == running)
            {
                return true;
            }

            running = before;
        }

        return false;
    }

    /// <summary>The same within work that is held itself, which always may.</summary>
    public void Begin() => Interlocked.Increment(ref _running);

    public void End()
    {
        if (Interlocked.Decrement(ref _running) == 0)
        {
            _allDone.TrySetResult();
        }
    }

    /// <summary>Starts the work on the caller's thread, up to its first wait.</summary>
    /// <returns>Whether it was started, as <see cref="TryBegin"/> says.</returns>
    public bool Run(Func<Task> work)
    {
        if (!TryBegin())
        {
            return false;
        }

        _ = OwnAsync(work);
        return true;
    }

    public void Close() => End();

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
            End();
        }
    }
}
