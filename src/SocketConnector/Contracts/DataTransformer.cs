using System.Buffers;
using System.IO.Pipelines;

namespace SocketConnector;

/// <summary>Changes a stream on its way from one side to the other. Called once for each connection.</summary>
/// <param name="source">What the side sends; it completes when the side ends its half.</param>
/// <param name="destination">What the other side gets, once flushed. Awaiting the flush is what holds memory bounded.</param>
/// <param name="cancellationToken">Cancelled when the connection is aborted or fails.</param>
/// <returns>A task that finishes when the whole of the source is transformed and the tail is written.</returns>
/// <remarks>
/// Throwing, or returning although there is input that it did not consume, or more comes, ends the connection with
/// <see cref="CloseReason.TransformFailed"/>: what was cut short must not look complete. Completing <paramref name="source"/> and
/// <paramref name="destination"/> is left to the connector; doing so before the whole input was consumed fails in the same way.
/// </remarks>
public delegate Task DataTransformer(PipeReader source, PipeWriter destination, CancellationToken cancellationToken);

/// <summary>
/// The synchronous form of a transformer: a chunk in, any number of bytes out. One instance serves one direction of one
/// connection, is never called by two threads at a time, and is disposed exactly once, however the connection ends.
/// </summary>
/// <remarks>Made into a <see cref="DataTransformer"/> by <see cref="Transformers.FromChunks"/>.</remarks>
public abstract class ChunkTransformer : IDisposable
{
    /// <summary>Transforms what has arrived. Where chunks begin and end means nothing.</summary>
    /// <param name="chunk">At least one byte; valid during the call only.</param>
    /// <param name="output">Where the result goes.</param>
    public abstract void Transform(ReadOnlySpan<byte> chunk, IBufferWriter<byte> output);

    /// <summary>Called once after the last chunk, for a tail to be written. Writes nothing by default.</summary>
    /// <param name="output">Where the tail goes.</param>
    public virtual void Complete(IBufferWriter<byte> output)
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases what the transformer holds.</summary>
    /// <param name="disposing">Whether it is called by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}
