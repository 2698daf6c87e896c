using System.Net.Security;
using System.Net.Sockets;
using SocketConnector.Sockets;

namespace SocketConnector.Tls;

/// <summary>The reading half of a <see cref="TlsStream"/>. Its lock keeps reads and the close-notify apart.</summary>
internal sealed class TlsReader(SslStream tls, RecordStream inner, ByteStream stream)
{
    private const int MaxHeld = 256;

    // What is received at once; and what SslStream reads ahead, a record and the next in part.
    private const int MaxEncrypted = RecordStream.Ahead + (2 * ReadAhead.Size);

    private readonly Lock _gate = new();
    private Task<int>? _pendingRead;
    private ReadOnlyMemory<byte> _held;
    private SocketException? _failure;
    private bool _hasEnded;
    private volatile bool _isClosed;

    /// <summary>What is decrypted, and as much more as may still be encrypted. Nothing where there is nothing to read.</summary>
    public int Available
    {
        get
        {
            lock (_gate)
            {
                Hold(ReadAhead.Size);
                return _held.IsEmpty ? 0 : _held.Length + MaxEncrypted + stream.Available;
            }
        }
    }

    public SocketError Receive(Span<byte> room, bool peek, out int count)
    {
        lock (_gate)
        {
            if (peek)
            {
                Hold(MaxHeld);
            }

            count = Math.Min(room.Length, _held.Length);
            _held.Span[..count].CopyTo(room);
            if (peek)
            {
                return count > 0 || _hasEnded ? SocketError.Success : SocketError.WouldBlock;
            }

            _held = _held[count..];
            int read = 1;
            while (read > 0 && count < room.Length && IsReadable(mayFail: count == 0))
            {
                read = Read(room[count..], mayFail: count == 0);
                count += read;
            }

            return count > 0 || _hasEnded ? SocketError.Success : SocketError.WouldBlock;
        }
    }

    /// <inheritdoc cref="ByteStream.WaitReadableAsync"/>
    public async ValueTask<int> WaitReadableAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task pendingRead;
            lock (_gate)
            {
                if (!_held.IsEmpty || IsReadable(mayFail: true))
                {
                    return 0;
                }

                pendingRead = _pendingRead!;
            }

            // IsReadable observes the result on the next pass.
            await pendingRead.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <inheritdoc cref="ByteStream.SettleAsync"/>
    public async ValueTask SettleAsync()
    {
        // Bytes that have arrived complete the pending read soon.
        while (IsPending() && (stream.Available > 0 || inner.HasAhead))
        {
            await Task.Yield();
        }

        bool IsPending()
        {
            lock (_gate)
            {
                return _held.IsEmpty && !IsReadable(mayFail: false) && _failure is null;
            }
        }
    }

    /// <summary>Looks without decrypting anything.</summary>
    public (bool IsReadable, bool HasFailed) Look()
    {
        lock (_gate)
        {
            return (!_held.IsEmpty || IsReadable(mayFail: false), _failure is not null);
        }
    }

    /// <summary>Runs something unless a record is being decrypted.</summary>
    /// <returns>Whether it ran.</returns>
    public bool TryWhileIdle(Action run)
    {
        lock (_gate)
        {
            ThrowIfClosed();
            if (_pendingRead is { IsCompleted: false })
            {
                return inner.TryWhileReadWaits(run);
            }

            run();
            return true;
        }
    }

    /// <summary>From here on everything throws <see cref="ObjectDisposedException"/>.</summary>
    public void Close() => _isClosed = true;

    public void ThrowIfClosed() => ObjectDisposedException.ThrowIf(_isClosed, typeof(Socket));

    /// <summary>Once everything is closed: the pending read fails then. One may just be starting.</summary>
    public void ObservePendingRead()
    {
        lock (_gate)
        {
            TlsFailure.Observe(_pendingRead);
        }
    }

    /// <summary>Decrypts into <see cref="_held"/>, since <see cref="SslStream"/> cannot peek.</summary>
    private void Hold(int most)
    {
        if (_held.IsEmpty && IsReadable(mayFail: true))
        {
            byte[] held = new byte[most];
            _held = held.AsMemory(0, Read(held, mayFail: true));
        }
    }

    /// <summary>
    /// Whether <see cref="Read"/> would return data or the end without waiting; otherwise <see cref="_pendingRead"/> completes when it would.
    /// </summary>
    private bool IsReadable(bool mayFail)
    {
        ThrowIfClosed();
        if (_failure is null && !_hasEnded)
        {
            try
            {
                _pendingRead ??= tls.ReadAsync(Memory<byte>.Empty, CancellationToken.None).AsTask();
                if (!_pendingRead.IsCompleted)
                {
                    return false;
                }

                Task<int> completed = _pendingRead;
                _pendingRead = null;
                if (completed.Exception?.InnerException is { } error)
                {
                    throw error;
                }
            }
            catch (Exception error)
            {
                _pendingRead = null;
                _failure = Failed(error);
            }
        }

        return _failure is null || (mayFail ? throw _failure : false);
    }

    private int Read(Span<byte> room, bool mayFail)
    {
        if (_hasEnded)
        {
            return 0;
        }

        try
        {
            int count = tls.Read(room);
            if (count == 0 && inner.HasEnded)
            {
                throw new EndOfStreamException();
            }

            _hasEnded = count == 0;
            inner.DataCame();
            return count;
        }
        catch (Exception error)
        {
            _failure = Failed(error);
            return mayFail ? throw _failure : 0;
        }
    }

    private SocketException Failed(Exception error)
    {
        ThrowIfClosed();
        return TlsFailure.Of(error, inner.HasEnded);
    }
}
