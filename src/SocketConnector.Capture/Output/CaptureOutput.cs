namespace SocketConnector.Capture.Output;

/// <summary>Where blocks are written. Used by one at a time.</summary>
internal abstract class CaptureOutput : IAsyncDisposable
{
    /// <summary>Blocks that are not where they were to be written, since that failed.</summary>
    public ReadOnlyMemory<byte> Unwritten { get; protected set; }

    /// <summary>Writes whole blocks.</summary>
    /// <exception cref="IOException">It cannot; nothing can from here on.</exception>
    public abstract ValueTask WriteAsync(ReadOnlyMemory<byte> blocks, CancellationToken cancellationToken);

    /// <summary>Writes what comes behind all packets.</summary>
    /// <exception cref="IOException">It cannot.</exception>
    public abstract ValueTask FinishAsync(CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();
}
