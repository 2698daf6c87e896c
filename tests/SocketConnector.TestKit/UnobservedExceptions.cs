using System.Collections.Concurrent;

namespace SocketConnector.TestKit;

/// <summary>
/// Collects what tasks failed with and nobody looked at, from its creation on. For the whole process, so use it in a test that runs alone.
/// </summary>
public sealed class UnobservedExceptions : IDisposable
{
    private readonly ConcurrentQueue<Exception> _seen = new();

    public UnobservedExceptions()
    {
        // A failed task shows only once it is finalized, so those that tests before this one left behind would be taken for its own.
        FinalizeTasks();
        TaskScheduler.UnobservedTaskException += Remember;
    }

    /// <summary>Throws what was seen, in its whole length, once every task that nobody holds is finalized.</summary>
    /// <exception cref="InvalidOperationException">Something was.</exception>
    public void ThrowIfAny()
    {
        FinalizeTasks();
        if (!_seen.IsEmpty)
        {
            throw new InvalidOperationException(string.Join(Environment.NewLine, _seen));
        }
    }

    public void Dispose() => TaskScheduler.UnobservedTaskException -= Remember;

    private static void FinalizeTasks()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    private void Remember(object? sender, UnobservedTaskExceptionEventArgs args) => _seen.Enqueue(args.Exception);
}
