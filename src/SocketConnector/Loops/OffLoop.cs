using System.Runtime.CompilerServices;

namespace SocketConnector.Loops;

/// <summary>Leaves an event loop's thread for the thread pool, before a user's code runs, which may be slow.</summary>
internal static class OffLoop
{
    /// <summary>Finishes at once where this is no loop's thread.</summary>
    public static ConfiguredTaskAwaitable Async() =>
        Task.CompletedTask.ConfigureAwait(EventLoop.Current is null ? ConfigureAwaitOptions.None : ConfigureAwaitOptions.ForceYielding);
}
