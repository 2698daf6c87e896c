using System.IO.Pipelines;

namespace SocketConnector.Pumping;

/// <summary>
/// The two pipes around a transformer, with the ends that it gets. Knows whether it took everything that came: a transformer
/// may complete its own ends, but not before its input has ended.
/// </summary>
internal sealed class TransformerPipes
{
    private const long Open = -1;
    private readonly Pipe _input;
    private readonly Pipe _output;
    private readonly FirstFailure _verdict;
    private readonly SourceEnd _source;

    // How much had been consumed when the transformer completed the end.
    private long _consumedAtSourceEnd = Open;
    private long _consumedAtDestinationEnd = Open;

    public TransformerPipes(PipeOptions options, FirstFailure verdict)
    {
        (_input, _output, _verdict) = (new Pipe(options), new Pipe(options), verdict);
        _source = new SourceEnd(this);
        Destination = new DestinationEnd(this);
    }

    /// <summary>Where the bytes of the source's socket go.</summary>
    public PipeWriter Input => _input.Writer;

    /// <summary>Where the bytes for the destination's socket come from.</summary>
    public PipeReader Output => _output.Reader;

    public PipeReader Source => _source;

    public PipeWriter Destination { get; }

    /// <summary>So many bytes of the source are in the pipe; comes before they are flushed.</summary>
    public void Add(int count) => _source.Add(count);

    /// <summary>What the transformer did wrong, as far as its input has come by now.</summary>
    public Exception? Fault() =>
        IsEarly(ref _consumedAtSourceEnd) ? new InvalidOperationException("the transformer stopped reading before its input ended")
        : IsEarly(ref _consumedAtDestinationEnd) ? new InvalidOperationException("the transformer completed its destination before its input ended")
        : null;

    /// <summary>Waits for the end of the input behind a transformer that has returned.</summary>
    /// <exception cref="InvalidOperationException">It had left some of it, or more comes.</exception>
    public async Task WaitForInputEndAsync(CancellationToken ending)
    {
        if (Volatile.Read(ref _consumedAtSourceEnd) != Open)
        {
            // Nothing can be read here any more; the side that fills the pipe finds out whether anything comes.
            return;
        }

        if (_source.IsReadOpen)
        {
            // Nothing is lost by a last read that had nothing in it.
            if (_source.Last is { IsCompleted: true, Buffer.IsEmpty: true })
            {
                return;
            }

            throw new InvalidOperationException("the transformer returned with a read of its source still open");
        }

        ReadResult rest;
        do
        {
            rest = await _input.Reader.ReadAsync(ending).ConfigureAwait(false);
            if (!rest.Buffer.IsEmpty)
            {
                throw new InvalidOperationException("the transformer returned before its input ended");
            }

            _input.Reader.AdvanceTo(rest.Buffer.Start);
        }
        while (!rest.IsCompleted);
    }

    /// <summary>Completes what the transformer had of the two, if it has not done so itself.</summary>
    public void Complete(Exception? failure)
    {
        _input.Reader.Complete(failure);
        _output.Writer.Complete(failure);
    }

    private bool IsEarly(ref long consumedAtEnd) => Volatile.Read(ref consumedAtEnd) is not Open and long consumed && consumed < _source.Added;

    private void Ended(ref long consumedAtEnd, Exception? error)
    {
        if (Interlocked.CompareExchange(ref consumedAtEnd, _source.Consumed, Open) == Open && (error ?? Fault()) is { } fault)
        {
            _verdict.Set(PumpVerdict.TransformFailed, fault);
        }
    }

    private sealed class SourceEnd(TransformerPipes pipes) : AccountedReader(pipes._input.Reader)
    {
        public override void Complete(Exception? exception = null)
        {
            pipes.Ended(ref pipes._consumedAtSourceEnd, exception);
            base.Complete(exception);
        }
    }

    private sealed class DestinationEnd(TransformerPipes pipes) : PipeWriter
    {
        private readonly PipeWriter _inner = pipes._output.Writer;

        public override bool CanGetUnflushedBytes => _inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => _inner.UnflushedBytes;

        public override void Advance(int bytes) => _inner.Advance(bytes);

        public override Memory<byte> GetMemory(int sizeHint = 0) => _inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => _inner.GetSpan(sizeHint);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => _inner.FlushAsync(cancellationToken);

        public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
            _inner.WriteAsync(source, cancellationToken);

        public override void CancelPendingFlush() => _inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null)
        {
            pipes.Ended(ref pipes._consumedAtDestinationEnd, exception);
            _inner.Complete(exception);
        }
    }
}
