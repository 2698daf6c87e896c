using System.Buffers;
using System.Net.Sockets;
using SocketConnector.Loops;

namespace SocketConnector.Sockets;

/// <summary>
/// What was read from a stream before it was asked for: one buffer at most. A read that was begun is never cancelled, because
/// few streams promise that none of its bytes is lost; what it brings stays here.
/// </summary>
internal sealed class ReadAhead(Stream stream, bool supportsZeroByteReads)
{
    /// <summary>As much as a record of TLS holds (RFC 8446, section 5.1).</summary>
    public const int Size = 16 * 1024;

    private readonly Lock _gate = new();
    private TaskCompletionSource? _reading;
    private byte[]? _buffer;
    private int _at;
    private int _end;
    private bool _hasEnded;
    private bool _isClosed;
    private SocketException? _failure;

    /// <summary>How reading has failed, if it has. Everything before that was taken.</summary>
    public SocketException? Failure => Volatile.Read(ref _failure);

    /// <summary>Bytes that were read and not taken.</summary>
    public int Held
    {
        get
        {
            lock (_gate)
            {
                return _buffer is null ? 0 : _end - _at;
            }
        }
    }

    public Readiness Look()
    {
        lock (_gate)
        {
            return (_buffer is null ? Readiness.None : Readiness.Input)
                | (_hasEnded ? Readiness.Input | Readiness.Ended : Readiness.None)
                | (_failure is null ? Readiness.None : Readiness.Input | Readiness.Error);
        }
    }

    /// <summary>Begins to read, unless something is there or under way.</summary>
    /// <returns>Finishes, and never fails, when something is there; it may never do so once this is closed.</returns>
    public Task BeginAsync()
    {
        TaskCompletionSource reading;
        lock (_gate)
        {
            if (_isClosed || _buffer is not null || _hasEnded || _failure is not null)
            {
                return Task.CompletedTask;
            }

            if (_reading is { } underWay)
            {
                return underWay.Task;
            }

            _reading = reading = new TaskCompletionSource();
        }

        _ = ReadAsync(reading);
        return reading.Task;
    }

    /// <inheritdoc cref="ByteStream.Receive"/>
    public SocketError Take(Span<byte> room, bool peek, out int count)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(Socket));
            count = 0;
            if (_buffer is null)
            {
                return _failure?.SocketErrorCode ?? (_hasEnded ? SocketError.Success : SocketError.WouldBlock);
            }

            count = Math.Min(room.Length, _end - _at);
            _buffer.AsSpan(_at, count).CopyTo(room);
            _at += peek ? 0 : count;
            if (_at == _end)
            {
                GiveBack();
            }

            return SocketError.Success;
        }
    }

    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            GiveBack();
        }
    }

    private async Task ReadAsync(TaskCompletionSource reading)
    {
        byte[]? buffer = null;
        int count = 0;
        SocketException? failure = null;
        try
        {
            // A stream may block before its first await, and the caller may hold a lock.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            if (supportsZeroByteReads)
            {
                await stream.ReadAsync(Memory<byte>.Empty, CancellationToken.None).ConfigureAwait(false);
            }

            buffer = ArrayPool<byte>.Shared.Rent(Size);
            count = await stream.ReadAsync(buffer.AsMemory(0, Size), CancellationToken.None).ConfigureAwait(false);
            if ((uint)count > Size)
            {
                throw new InvalidOperationException($"the stream read {count} bytes into room for {Size}");
            }
        }
        catch (Exception error)
        {
            (count, failure) = (0, StreamFailure.Of(error));
        }

        Keep(buffer, count, failure);
        reading.SetResult();
    }

    private void Keep(byte[]? buffer, int count, SocketException? failure)
    {
        lock (_gate)
        {
            _reading = null;
            (_buffer, _at, _end) = (buffer, 0, count);
            _hasEnded = failure is null && count == 0;
            _failure = failure;
            if (_isClosed || count == 0)
            {
                GiveBack();
            }
        }
    }

    private void GiveBack()
    {
        if (_buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = null;
        }
    }
}
