using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;

namespace SocketConnector.Cli.Stdio;

/// <summary>
/// Reads standard input on a thread of its own, which may block for ever and does not keep the process alive. Little is read ahead, so a file
/// is not taken into memory, and a producer is slowed down.
/// </summary>
internal sealed class InputPipe
{
    /// <summary>What a pipe of Linux holds (pipe(7)), and so the most that one read of it brings.</summary>
    private const int Chunk = 64 * 1024;
    private const int MinRoom = 4096;

    private readonly Pipe _pipe = new(new PipeOptions(
        writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 4 * Chunk, resumeWriterThreshold: 2 * Chunk, minimumSegmentSize: Chunk, useSynchronizationContext: false));

    private readonly Descriptors.ReadSome _read;

    public InputPipe(Descriptors.ReadSome read)
    {
        _read = read;
        new Thread(ReadAll) { Name = "standard input", IsBackground = true }.Start();
    }

    /// <returns>How many bytes; 0 at the end.</returns>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        ReadResult result = await _pipe.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (result.IsCanceled)
        {
            return 0;
        }

        int count = (int)Math.Min(buffer.Length, result.Buffer.Length);
        ReadOnlySequence<byte> next = result.Buffer.Slice(0, count);
        next.CopyTo(buffer.Span);
        _pipe.Reader.AdvanceTo(next.End);
        return count;
    }

    /// <summary>Ends the input: the pending read, or the next one, returns 0.</summary>
    public void End() => _pipe.Reader.CancelPendingRead();

    [SuppressMessage("Usage", "VSTHRD002", Justification = "It is the thread's own work, and nothing else runs on it.")]
    private void ReadAll()
    {
        Exception? failure = null;
        try
        {
            FlushResult flushed;
            do
            {
                int count = _read(_pipe.Writer.GetMemory(MinRoom).Span);
                if (count == 0)
                {
                    break;
                }

                _pipe.Writer.Advance(count);
                flushed = _pipe.Writer.FlushAsync().AsTask().GetAwaiter().GetResult();
            }
            while (!flushed.IsCompleted);
        }
        catch (Exception error)
        {
            // This is the thread's root; the reader gets it.
            failure = error;
        }

        _pipe.Writer.Complete(failure);
    }
}
