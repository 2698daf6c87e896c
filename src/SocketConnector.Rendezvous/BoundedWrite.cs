namespace SocketConnector.Rendezvous;

/// <summary>Writes to a peer that may never read.</summary>
internal static class BoundedWrite
{
    /// <summary>Writes, and gives up after <paramref name="patience"/>, whether or not the stream itself can. A write that was given up may still be under way: the stream is of no more use, and to be cut.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="bytes">The caller must leave them as they are, even afterwards.</param>
    /// <param name="patience">How long it may take.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">It failed, or took too long.</exception>
    public static async ValueTask WriteAsync(Stream stream, ReadOnlyMemory<byte> bytes, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        ValueTask writing = stream.WriteAsync(bytes, cancellationToken);
        if (writing.IsCompleted)
        {
            await writing.ConfigureAwait(false);
            return;
        }

        Task pending = writing.AsTask();
        Observe(pending);
        try
        {
            await pending.WaitAsync(patience, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException error)
        {
            throw new IOException("the other side does not read", error);
        }
    }

    /// <summary>Keeps a failure that comes when nobody waits any more from being reported as unobserved.</summary>
    public static void Observe(Task? task) => _ = task?.ContinueWith(
        static failed => failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
