using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;

namespace SocketConnector.Cli.Stdio;

/// <summary>Writes standard output on a thread of its own, which a slow reader may block and which does not keep the process alive.</summary>
internal sealed class OutputPipe
{
    private const int Chunk = 64 * 1024;

    private readonly Pipe _pipe = new(new PipeOptions(
        readerScheduler: PipeScheduler.Inline, pauseWriterThreshold: Chunk, resumeWriterThreshold: Chunk / 2, minimumSegmentSize: Chunk, useSynchronizationContext: false));

    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Stream _output;
    private readonly Action _close;
    private volatile Exception? _failure;
    private volatile bool _isWhole;

    /// <param name="output">Blocks its thread.</param>
    /// <param name="close">Shows its reader the end. Only called in order, behind the last byte.</param>
    public OutputPipe(Stream output, Action close)
    {
        (_output, _close) = (output, close);
        new Thread(WriteAll) { Name = "standard output", IsBackground = true }.Start();
    }

    /// <summary>Finishes, and never fails, when nothing will be written any more.</summary>
    public Task Finished => _finished.Task;

    /// <exception cref="IOException">It cannot be written any more.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken)
    {
        FlushResult flushed = await _pipe.Writer.WriteAsync(chunk, cancellationToken).ConfigureAwait(false);
        if (flushed.IsCompleted)
        {
            ThrowFailure();
        }
    }

    /// <summary>Ends it in order, and waits until its reader can see that.</summary>
    /// <exception cref="IOException">It cannot be written any more.</exception>
    public async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        _isWhole = true;
        await _pipe.Writer.CompleteAsync().ConfigureAwait(false);
        await _finished.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        ThrowFailure();
    }

    /// <summary>Takes no more, and writes what it has. Not an end in order, unless that came before.</summary>
    public void Leave() => _pipe.Writer.Complete();

    private void ThrowFailure()
    {
        if (_failure is { } failure)
        {
            throw new IOException(failure.Message, failure);
        }
    }

    [SuppressMessage("Usage", "VSTHRD002", Justification = "It is the thread's own work, and nothing else runs on it.")]
    private void WriteAll()
    {
        try
        {
            ReadResult result;
            do
            {
                result = _pipe.Reader.ReadAsync().AsTask().GetAwaiter().GetResult();
                foreach (ReadOnlyMemory<byte> segment in result.Buffer)
                {
                    _output.Write(segment.Span);
                }

                _pipe.Reader.AdvanceTo(result.Buffer.End);
            }
            while (!result.IsCompleted);
            if (_isWhole)
            {
                _close();
            }
        }
        catch (Exception error)
        {
            // This is the thread's root; the writer gets it.
            _failure = error;
        }

        _pipe.Reader.Complete();
        _finished.SetResult();
    }
}
