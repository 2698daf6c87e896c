using System.Collections.Concurrent;

namespace SocketConnector.TestKit;

/// <summary>Collects what tasks failed with and nobody looked at. For the whole process, so use it in a test that runs alone.</summary>
public sealed class UnobservedExceptions : IDisposable
{
    private readonly ConcurrentQueue<Exception> _seen = new();

    public UnobservedExceptions() => TaskScheduler.UnobservedTaskException += Remember;

    /// <summary>What was seen once every task that nobody holds is finalized.</summary>
    public IReadOnlyCollection<Exception> Collect()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return _seen;
    }

    public void Dispose() => TaskScheduler.UnobservedTaskException -= Remember;

    private void Remember(object? sender, UnobservedTaskExceptionEventArgs args) => _seen.Enqueue(args.Exception);
}
