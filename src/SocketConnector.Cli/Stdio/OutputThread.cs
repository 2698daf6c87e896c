using System.Collections.Concurrent;

namespace SocketConnector.Cli.Stdio;

/// <summary>
/// Writes standard output on a thread of its own, which a slow reader may block and which does not keep the process alive. Nothing is queued: a
/// write is over when the system has taken it, so that a failure is known at once.
/// </summary>
internal sealed class OutputThread
{
    private readonly BlockingCollection<Write> _writes = [];
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Stream _output;
    private readonly Action _close;
    private volatile Exception? _failure;
    private volatile bool _isWhole;

    /// <param name="output">Blocks its thread.</param>
    /// <param name="close">Shows its reader the end. Only called in order, behind the last byte.</param>
    public OutputThread(Stream output, Action close)
    {
        (_output, _close) = (output, close);
        new Thread(WriteAll) { Name = "standard output", IsBackground = true }.Start();
    }

    /// <summary>Finishes, and never fails, when nothing will be written any more.</summary>
    public Task Finished => _finished.Task;

    /// <param name="chunk">Must not change until this has finished, even where it was given up.</param>
    /// <param name="cancellationToken">Gives up waiting for it.</param>
    /// <exception cref="IOException">It cannot be written any more.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken)
    {
        var write = new Write(chunk, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _writes.Add(write, cancellationToken);
        await write.Done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        ThrowFailure();
    }

    /// <summary>Ends it in order, and waits until its reader can see that.</summary>
    /// <exception cref="IOException">It cannot be written any more.</exception>
    public async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        _isWhole = true;
        _writes.CompleteAdding();
        await _finished.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        ThrowFailure();
    }

    /// <summary>Accepts no further writes. Standard output is closed only if <see cref="EndAsync"/> came first.</summary>
    public void Leave() => _writes.CompleteAdding();

    private void ThrowFailure()
    {
        if (_failure is { } failure)
        {
            throw new IOException(failure.Message, failure);
        }
    }

    private void WriteAll()
    {
        foreach (Write write in _writes.GetConsumingEnumerable())
        {
            Try(() => _output.Write(write.Chunk.Span));
            write.Done.SetResult();
        }

        if (_isWhole)
        {
            Try(_close);
        }

        _finished.SetResult();
    }

    private void Try(Action action)
    {
        try
        {
            if (_failure is null)
            {
                action();
            }
        }
        catch (Exception error)
        {
            // It would end the process here; what waits for it throws it.
            _failure = error;
        }
    }

    private readonly record struct Write(ReadOnlyMemory<byte> Chunk, TaskCompletionSource Done);
}
