using System.Buffers;
using SocketConnector.Sockets;

namespace SocketConnector.Rendezvous.EndToEnd;

/// <summary>
/// The stream below <see cref="System.Net.Security.SslStream"/>, attached after the handshake has begun. Until then writes are kept
/// and reads wait. It also records whether a read has reached the end of the stream.
/// </summary>
/// <param name="turn">Released while a read waits.</param>
internal sealed class LateStream(ReadTurn turn) : UnbufferedStream
{
    private readonly TaskCompletionSource _firstRead = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _attached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ArrayBufferWriter<byte> _kept = new();
    private volatile Stream? _stream;
    private int _taken;

    /// <summary>Completes once something is read, which is when the first flight is written.</summary>
    public Task FirstRead => _firstRead.Task;

    /// <summary>Whether the stream has ended. A close-notify comes before that: where one was read, this is still false.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Whether disposing this disposes what is attached.</summary>
    public bool OwnsAttached { get; set; }

    /// <summary>Takes the first of what was written.</summary>
    public byte[] TakeKept(int most)
    {
        _taken = Math.Min(most, _kept.WrittenCount);
        return _kept.WrittenSpan[.._taken].ToArray();
    }

    /// <summary>Writes what was kept and not taken, and lets reads through. While nothing else writes.</summary>
    public async ValueTask AttachAsync(Stream stream, CancellationToken cancellationToken)
    {
        if (_taken < _kept.WrittenCount)
        {
            await stream.WriteAsync(_kept.WrittenMemory[_taken..], cancellationToken).ConfigureAwait(false);
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        _kept.Clear();
        _stream = stream;
        _attached.TrySetResult();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_stream is null)
        {
            _firstRead.TrySetResult();
            await _attached.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        ValueTask<int> reading = _stream!.ReadAsync(buffer, cancellationToken);
        int count = reading.IsCompleted ? await reading.ConfigureAwait(false) : await WaitAsync(reading).ConfigureAwait(false);
        HasEnded |= count == 0 && !buffer.IsEmpty;
        return count;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_stream is { } stream)
        {
            return stream.WriteAsync(buffer, cancellationToken);
        }

        _kept.Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => _stream?.FlushAsync(cancellationToken) ?? Task.CompletedTask;

    /// <summary>The alert of a handshake that is given up, and nothing else: dropped, since the caller cuts the stream then.</summary>
    public override void Write(byte[] buffer, int offset, int count)
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _attached.TrySetCanceled();
            if (OwnsAttached)
            {
                _stream?.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> WaitAsync(ValueTask<int> reading)
    {
        turn.Release();
        try
        {
            return await reading.ConfigureAwait(false);
        }
        finally
        {
            turn.Take();
        }
    }
}
