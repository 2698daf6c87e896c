using System.Threading.Channels;
using SocketConnector.Rendezvous.EndToEnd;
using SocketConnector.Sockets;

namespace SocketConnector.Rendezvous.Tests.EndToEnd;

/// <summary>One end of a connection in memory, which can be ended and reset as one of TCP.</summary>
internal sealed class MemoryWire : UnbufferedStream
{
    private readonly Channel<byte[]> _incoming;
    private readonly Channel<byte[]> _outgoing;
    private ReadOnlyMemory<byte> _left;

    private MemoryWire(Channel<byte[]> incoming, Channel<byte[]> outgoing) => (_incoming, _outgoing) = (incoming, outgoing);

    /// <summary>This end as an end-to-end flight takes it.</summary>
    public EndTransport Transport => new(this, EndAsync, Abort);

    public static (MemoryWire Near, MemoryWire Far) CreatePair()
    {
        var there = Channel.CreateUnbounded<byte[]>();
        var back = Channel.CreateUnbounded<byte[]>();
        return (new MemoryWire(back, there), new MemoryWire(there, back));
    }

    public ValueTask EndAsync(CancellationToken cancellationToken)
    {
        _outgoing.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public void Abort()
    {
        _outgoing.Writer.TryComplete(new IOException("reset"));
        _incoming.Writer.TryComplete(new IOException("reset"));
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_left.IsEmpty)
        {
            if (!await _incoming.Reader.WaitToReadAsync(cancellationToken))
            {
                return 0;
            }

            _left = _incoming.Reader.TryRead(out byte[]? chunk) ? chunk : default;
        }

        int count = Math.Min(buffer.Length, _left.Length);
        _left[..count].CopyTo(buffer);
        _left = _left[count..];
        return count;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        buffer.IsEmpty || _outgoing.Writer.TryWrite(buffer.ToArray()) ? ValueTask.CompletedTask : throw new IOException("reset");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _outgoing.Writer.TryComplete();
            _incoming.Writer.TryComplete(new IOException("disposed"));
        }

        base.Dispose(disposing);
    }
}
