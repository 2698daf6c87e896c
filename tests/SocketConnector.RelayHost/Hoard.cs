using Microsoft.Win32.SafeHandles;

namespace SocketConnector.RelayHost;

/// <summary>A program around the library that opens files until the system gives no more.</summary>
internal static class Hoard
{
    // As many as the pool may want while the test lasts.
    private const int Threads = 6;

    private static readonly Stack<SafeFileHandle> _files = new();

    /// <returns>How many were left.</returns>
    /// <remarks>
    /// The pool has its threads before: to start one takes descriptors, and a .NET process that gets none for it ends, whoever took
    /// them. What the relay keeps for the runtime helps from the moment that something is refused to the relay.
    /// </remarks>
    public static async Task<int> TakeAllAsync()
    {
        await StartPoolAsync();
        try
        {
            while (true)
            {
                _files.Push(File.OpenHandle("/dev/null"));
            }
        }
        catch (IOException)
        {
            return _files.Count;
        }
    }

    /// <returns>How many it had.</returns>
    public static int GiveBack()
    {
        int count = _files.Count;
        while (_files.TryPop(out SafeFileHandle? file))
        {
            file.Dispose();
        }

        return count;
    }

    private static async Task StartPoolAsync()
    {
        ThreadPool.SetMinThreads(Threads + 1, Threads + 1);
        using var all = new Barrier(Threads);
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Run(() => all.SignalAndWait())));
    }
}
