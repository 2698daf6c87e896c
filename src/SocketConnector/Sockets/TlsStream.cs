using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using SocketConnector.Loops;

namespace SocketConnector.Sockets;

/// <summary>
/// TLS over a stream of ours, once the handshake is done. An idle one holds no buffer: it waits with a read of no bytes, which finishes
/// when a record has been decrypted, and a read after that takes it and never waits.
/// </summary>
/// <param name="tls">Stands on <paramref name="inner"/>; disposed with this.</param>
/// <param name="inner">Stands on <paramref name="stream"/>.</param>
/// <param name="stream">Owned from here on.</param>
internal sealed class TlsStream(SslStream tls, RecordStream inner, ByteStream stream) : ByteStream
{
    private const int MaxHeld = 256;

    // What is received at once; and what SslStream reads ahead, a record and the next in part.
    private const int MaxEncrypted = RecordStream.Ahead + (2 * ReadAhead.Size);

    private readonly Lock _gate = new();
    private Task<int>? _arriving;
    private ReadOnlyMemory<byte> _held;
    private SocketException? _failure;
    private bool _hasEnded;
    private int _isClosed;

    public override bool IsTcp => stream.IsTcp;

    public override CompactEndPoint Remote => stream.Remote;

    public override CompactEndPoint Local => stream.Local;

    public override bool? HoldsTail => stream.HoldsTail;

    /// <summary>A close-notify cannot be forged, and a reset behind it takes nothing back.</summary>
    public override bool ProvesItsEnd => true;

    /// <summary>What is decrypted, and as much more as may still be encrypted. Nothing where there is nothing to read.</summary>
    public override int Available
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

    /// <summary>It is configured before the handshake.</summary>
    public override void Configure(KeepAliveOptions? keepAlive, TimeSpan? userTimeout)
    {
    }

    public override SocketError Receive(Span<byte> room, bool peek, out int count)
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

    /// <summary>Whether there is room is known only when it is tried.</summary>
    public override SocketError Send(ReadOnlySpan<byte> chunk, out int count)
    {
        ThrowIfClosed();
        count = 0;
        return SocketError.WouldBlock;
    }

    public override async ValueTask<int> WaitReadableAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task arriving;
            lock (_gate)
            {
                if (!_held.IsEmpty || IsReadable(mayFail: true))
                {
                    return 0;
                }

                arriving = _arriving!;
            }

            // How it ended is found above.
            await ((Task)arriving.WaitAsync(cancellationToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    public override async ValueTask SettleAsync()
    {
        // What has come wakes the read that waits for it.
        while (IsArriving() && (stream.Available > 0 || inner.HasAhead))
        {
            await Task.Yield();
        }

        bool IsArriving()
        {
            lock (_gate)
            {
                return _held.IsEmpty && !IsReadable(mayFail: false) && _failure is null;
            }
        }
    }

    /// <summary>Completes at once where the system takes it.</summary>
    public override ValueTask<int> SendAsync(ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        int count = Math.Min(chunk.Length, RecordStream.MostGathered);
        if (count > ReadAhead.Size)
        {
            inner.Gather();
        }

        ValueTask sending = tls.WriteAsync(chunk[..count], CancellationToken.None);
        if (sending.IsCompletedSuccessfully)
        {
            sending = inner.SendGatheredAsync();
        }

        return sending.IsCompletedSuccessfully ? new ValueTask<int>(count) : FinishAsync(sending, count);
    }

    /// <summary>A close-notify, then the end of the stream below.</summary>
    public override async ValueTask EndSendingAsync(CancellationToken cancellationToken)
    {
        try
        {
            Task notifying = await NotifyAsync().ConfigureAwait(false);
            Observe(notifying);
            await notifying.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw Failed(error);
        }

        await stream.EndSendingAsync(cancellationToken).ConfigureAwait(false);
    }

    public override Readiness Look()
    {
        ThrowIfClosed();
        Readiness below = stream.Look() & ~Readiness.Input;
        lock (_gate)
        {
            bool isReadable = !_held.IsEmpty || IsReadable(mayFail: false);
            return below | (isReadable ? Readiness.Input : Readiness.None) | (_failure is null ? Readiness.None : Readiness.Input | Readiness.Error);
        }
    }

    public override int ReadTcpInfo(Span<byte> info) => stream.ReadTcpInfo(info);

    public override void Close()
    {
        Interlocked.Exchange(ref _isClosed, 1);
        stream.Close();
        Leave();
    }

    public override void Reset()
    {
        Interlocked.Exchange(ref _isClosed, 1);
        stream.Reset();
        Leave();
    }

    private void Leave()
    {
        tls.Dispose();
        Observe(Volatile.Read(ref _arriving));
    }

    /// <summary>It may fail when nothing waits for it any more.</summary>
    private static void Observe(Task? task) => _ = task?.ContinueWith(
        static failed => failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    /// <summary>
    /// Begins to send a close-notify. <see cref="SslStream"/> does not keep that apart from a read, which the library below is not made
    /// for: it takes data that comes in that moment for data behind the end.
    /// </summary>
    /// <returns>The write of it.</returns>
    private async ValueTask<Task> NotifyAsync()
    {
        Task? notifying = null;
        while (!TryNotify())
        {
            // A record is being decrypted.
            await Task.Yield();
        }

        return notifying!;

        bool TryNotify()
        {
            lock (_gate)
            {
                ThrowIfClosed();
                if (_arriving is { IsCompleted: false })
                {
                    return inner.TryWhileReadWaits(Notify);
                }

                Notify();
                return true;
            }
        }

        void Notify() => notifying = tls.ShutdownAsync();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> FinishAsync(ValueTask sending, int count)
    {
        try
        {
            await sending.ConfigureAwait(false);
            await inner.SendGatheredAsync().ConfigureAwait(false);
            return count;
        }
        catch (Exception error)
        {
            throw Failed(error);
        }
    }

    /// <summary>Takes bytes out for one that only looks.</summary>
    private void Hold(int most)
    {
        if (_held.IsEmpty && IsReadable(mayFail: true))
        {
            byte[] held = new byte[most];
            _held = held.AsMemory(0, Read(held, mayFail: true));
        }
    }

    /// <summary>Whether a read takes something now, or finds the end; otherwise <see cref="_arriving"/> tells when.</summary>
    private bool IsReadable(bool mayFail)
    {
        ThrowIfClosed();
        if (_failure is null && !_hasEnded)
        {
            try
            {
                _arriving ??= tls.ReadAsync(Memory<byte>.Empty, CancellationToken.None).AsTask();
                if (!_arriving.IsCompleted)
                {
                    return false;
                }

                Task<int> arrived = _arriving;
                _arriving = null;
                if (arrived.Exception?.InnerException is { } error)
                {
                    throw error;
                }
            }
            catch (Exception error)
            {
                _arriving = null;
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
        return error as SocketException ?? error.InnerException as SocketException
            ?? (inner.HasEnded
                ? new ExplainedSocketException(SocketError.ConnectionReset, "its TLS stream was cut: it ended without a close-notify") { Cause = CloseReason.Truncated }
                : new ExplainedSocketException(SocketError.ConnectionReset, $"its TLS stream is broken: {TlsErrorText.Of(error)}") { Cause = CloseReason.TlsFailed });
    }

    private void ThrowIfClosed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _isClosed) != 0, typeof(Socket));
}
