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
    /// <param name="of">Counts only what has this in its text, such as a type on its stack; where other tests run beside.</param>
    /// <exception cref="InvalidOperationException">Something was.</exception>
    public void ThrowIfAny(string of = "")
    {
        FinalizeTasks();
        string[] seen = [.. _seen.Select(static error => error.ToString()).Where(text => text.Contains(of, StringComparison.Ordinal))];
        if (seen.Length > 0)
        {
            throw new InvalidOperationException(string.Join(Environment.NewLine, seen));
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
