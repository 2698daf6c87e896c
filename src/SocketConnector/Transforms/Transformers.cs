using System.IO.Pipelines;

namespace SocketConnector;

/// <summary>Makes a <see cref="DataTransformer"/> out of simpler things.</summary>
public static class Transformers
{
    /// <summary>From a synchronous transformer of chunks.</summary>
    /// <param name="create">Called once for each connection; what it returns is disposed exactly once.</param>
    /// <returns>The transformer.</returns>
    public static DataTransformer FromChunks(Func<ChunkTransformer> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        return async (source, destination, cancellationToken) =>
        {
            using ChunkTransformer chunks = create();
            while (true)
            {
                ReadResult read = await source.ReadAsync(cancellationToken).ConfigureAwait(false);
                foreach (ReadOnlyMemory<byte> chunk in read.Buffer)
                {
                    if (!chunk.IsEmpty)
                    {
                        chunks.Transform(chunk.Span, destination);
                    }
                }

                source.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    chunks.Complete(destination);
                }

                FlushResult flushed = await destination.FlushAsync(cancellationToken).ConfigureAwait(false);
                if (read.IsCompleted || flushed.IsCompleted)
                {
                    return;
                }
            }
        };
    }

    /// <summary>From a stream that is written to, such as a compressor or an encrypting <see cref="System.Security.Cryptography.CryptoStream"/>.</summary>
    /// <param name="wrap">
    /// Called once for each connection, with the stream that takes the result. The stream it returns is disposed at the end,
    /// which is when such streams write their tail.
    /// </param>
    /// <returns>The transformer. It flushes the stream whenever nothing more has arrived, so that no message waits in it.</returns>
    public static DataTransformer FromStream(Func<Stream, Stream> wrap)
    {
        ArgumentNullException.ThrowIfNull(wrap);
        return async (source, destination, cancellationToken) =>
        {
            Stream stream = wrap(destination.AsStream(leaveOpen: true));
            await using (stream.ConfigureAwait(false))
            {
                ReadResult read;
                do
                {
                    if (!source.TryRead(out read))
                    {
                        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
                        read = await source.ReadAsync(cancellationToken).ConfigureAwait(false);
                    }

                    foreach (ReadOnlyMemory<byte> chunk in read.Buffer)
                    {
                        await stream.WriteAsync(chunk, cancellationToken).ConfigureAwait(false);
                    }

                    source.AdvanceTo(read.Buffer.End);
                }
                while (!read.IsCompleted);
            }
        };
    }

    /// <summary>From a stream that is read from, such as a decompressor or a decrypting <see cref="System.Security.Cryptography.CryptoStream"/>.</summary>
    /// <param name="wrap">Called once for each connection, with the stream to read from. The stream it returns is disposed at the end.</param>
    /// <returns>The transformer.</returns>
    public static DataTransformer FromReadingStream(Func<Stream, Stream> wrap)
    {
        ArgumentNullException.ThrowIfNull(wrap);
        return async (source, destination, cancellationToken) =>
        {
            Stream stream = wrap(source.AsStream(leaveOpen: true));
            await using (stream.ConfigureAwait(false))
            {
                while (await stream.ReadAsync(destination.GetMemory(), cancellationToken).ConfigureAwait(false) is > 0 and int count)
                {
                    destination.Advance(count);
                    FlushResult flushed = await destination.FlushAsync(cancellationToken).ConfigureAwait(false);
                    if (flushed.IsCompleted)
                    {
                        return;
                    }
                }
            }
        };
    }
}
