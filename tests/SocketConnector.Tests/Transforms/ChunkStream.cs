using System.Buffers;

namespace SocketConnector.Tests.Transforms;

/// <summary>A stream of the kind that compressors are: what is written to it goes on changed, and the tail when it is disposed.</summary>
internal sealed class ChunkStream(ChunkTransformer transformer, Stream inner) : Stream
{
    private readonly ArrayBufferWriter<byte> _changed = new();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count)
    {
        transformer.Transform(buffer.AsSpan(offset, count), _changed);
        Forward();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            transformer.Complete(_changed);
            Forward();
            transformer.Dispose();
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Forward()
    {
        inner.Write(_changed.WrittenSpan);
        _changed.ResetWrittenCount();
    }
}
