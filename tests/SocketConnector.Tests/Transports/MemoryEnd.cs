using System.IO.Pipelines;

namespace SocketConnector.Tests.Transports;

/// <summary>One end of a duplex stream within the process, over two pipes. Its far end reads an error after <see cref="Reset"/>, else an end.</summary>
internal sealed class MemoryEnd(PipeReader input, PipeWriter output) : Stream
{
    private readonly Stream _input = input.AsStream();
    private int _isClosed;

    public bool IsClosed => Volatile.Read(ref _isClosed) != 0;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public static (MemoryEnd Near, MemoryEnd Far) Pair()
    {
        var options = new PipeOptions(pauseWriterThreshold: 16 * 1024, resumeWriterThreshold: 8 * 1024, useSynchronizationContext: false);
        Pipe there = new(options), back = new(options);
        return (new MemoryEnd(there.Reader, back.Writer), new MemoryEnd(back.Reader, there.Writer));
    }

    public DuplexStream AsDuplex(string remote) =>
        new(this, _ => EndHalfAsync()) { Abort = Reset, RemoteEndPoint = new MemoryEndPoint(remote) };

    public ValueTask EndHalfAsync() => output.CompleteAsync();

    public void Reset()
    {
        output.Complete(new IOException("the far end was cut"));
        Dispose();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => _input.ReadAsync(buffer, cancellationToken);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        FlushResult flushed = await output.WriteAsync(buffer, cancellationToken);
        if (flushed.IsCompleted)
        {
            throw new IOException("the far end has gone");
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (Interlocked.Exchange(ref _isClosed, 1) == 0)
        {
            output.Complete();
            input.CancelPendingRead();
            input.Complete();
        }

        base.Dispose(disposing);
    }
}
