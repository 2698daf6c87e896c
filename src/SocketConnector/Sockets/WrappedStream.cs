using System.Buffers;
using System.Net;
using System.Net.Sockets;
using SocketConnector.Loops;

namespace SocketConnector.Sockets;

/// <summary>
/// A user's stream, with the readiness that a socket has: it reads ahead by one buffer, and writes from one of its own. No wait here
/// outlasts <see cref="Reset"/>, whatever the stream does; and no buffer goes back while the stream may still use it.
/// </summary>
/// <param name="duplex">Owned from here on.</param>
/// <param name="remote">Where the peer is, unless the stream knows better.</param>
/// <param name="inner">What the stream stands on, where that is ours.</param>
internal sealed class WrappedStream(DuplexStream duplex, EndPoint? remote = null, ByteStream? inner = null) : ByteStream
{
    /// <summary>How long the disposal of a stream may take before what it stands on is reset.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private readonly Stream _stream = duplex.Stream;
    private readonly ReadAhead _input = new(duplex.Stream, duplex.SupportsZeroByteReads);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _closing = new();

    // The last write, or the end. It never fails itself, and goes on after a caller that gave up waiting for it.
    private volatile Task _sending = Task.CompletedTask;
    private volatile SocketException? _sendFailure;
    private bool _hasEnded;
    private int _isClosed;

    public override bool IsTcp => false;

    public override CompactEndPoint Remote => CompactEndPoint.Of(duplex.RemoteEndPoint ?? remote);

    public override CompactEndPoint Local => CompactEndPoint.Of(duplex.LocalEndPoint);

    public override int Available => _input.Held;

    // A user's stream may stand on a socket that nothing is known of here.
    public override bool? HoldsTail => inner?.HoldsTail;

    /// <summary>Nothing to set: whatever the stream stands on is its maker's to configure.</summary>
    public override void Configure(KeepAliveOptions? keepAlive, TimeSpan? userTimeout)
    {
    }

    public override SocketError Receive(Span<byte> room, bool peek, out int count) => _input.Take(room, peek, out count);

    public override SocketError Send(ReadOnlySpan<byte> chunk, out int count)
    {
        ThrowIfClosed();
        count = 0;
        return SocketError.WouldBlock;
    }

    public override async ValueTask<int> WaitReadableAsync(CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        await UnlessClosedAsync(_input.BeginAsync(), cancellationToken).ConfigureAwait(false);
        return _input.Failure is { } failure ? throw failure : 0;
    }

    public override async ValueTask<int> SendAsync(ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken)
    {
        await SentAsync(cancellationToken).ConfigureAwait(false);

        // Small enough that a slow reader shows how it gets on, and copied because a write that hangs is left behind with it.
        int count = Math.Min(chunk.Length, ReadAhead.Size);
        byte[] copy = ArrayPool<byte>.Shared.Rent(count);
        chunk[..count].CopyTo(copy);
        _sending = WriteAsync(copy, count);
        await SentAsync(cancellationToken).ConfigureAwait(false);
        return count;
    }

    public override async ValueTask EndSendingAsync(CancellationToken cancellationToken)
    {
        await SentAsync(cancellationToken).ConfigureAwait(false);
        if (!_hasEnded)
        {
            _hasEnded = true;
            _sending = EndAsync();
        }

        await SentAsync(cancellationToken).ConfigureAwait(false);
    }

    public override Readiness Look()
    {
        ThrowIfClosed();

        // Nothing else would notice its end while nothing waits for it.
        _ = _input.BeginAsync();
        return _input.Look() | (_sendFailure is null ? Readiness.Output : Readiness.Output | Readiness.Error);
    }

    public override int ReadTcpInfo(Span<byte> info) => inner?.ReadTcpInfo(info) ?? 0;

    public override TcpInfo? GetTcpInfo() => inner?.GetTcpInfo();

    public override void Close() => Leave(isCut: !_sending.IsCompleted);

    public override void Reset() => Leave(isCut: true);

    private void Leave(bool isCut)
    {
        if (Interlocked.Exchange(ref _isClosed, 1) == 0)
        {
            if (isCut)
            {
                // At once, whatever the wrapper is waiting for.
                inner?.Reset();
            }

            _input.Close();
            _closed.SetResult();
            _closing.Cancel();
            _ = LeaveAsync(isCut);
        }
    }

    private async Task LeaveAsync(bool isCut)
    {
        // A stream may block in its disposal, as one does that flushes first; nothing else waits for that.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            if (isCut)
            {
                duplex.Abort?.Invoke();
            }
        }
        catch (Exception)
        {
            // The stream is disposed either way.
        }

        try
        {
            await _stream.DisposeAsync().AsTask().WaitAsync(_patience).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // How the stream ended is known by now. What it has not sent in time it will not send.
            isCut |= error is TimeoutException;
        }
        finally
        {
            if (inner is not null)
            {
                (isCut ? (Action)inner.Reset : inner.Close)();
            }
        }
    }

    private async Task WriteAsync(byte[] copy, int count)
    {
        try
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            await _stream.WriteAsync(copy.AsMemory(0, count), CancellationToken.None).ConfigureAwait(false);
            await _stream.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            _sendFailure = StreamFailure.Of(error);
        }

        ArrayPool<byte>.Shared.Return(copy);
    }

    private async Task EndAsync()
    {
        try
        {
            using var users = new UserToken(_closing.Token);
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            await duplex.EndAsync(users.Token).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            _sendFailure = StreamFailure.Of(error);
        }
    }

    /// <summary>Waits for the write or the end that is under way.</summary>
    private async ValueTask SentAsync(CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        await UnlessClosedAsync(_sending, cancellationToken).ConfigureAwait(false);
        if (_sendFailure is { } failure)
        {
            throw failure;
        }
    }

    private async ValueTask UnlessClosedAsync(Task operation, CancellationToken cancellationToken)
    {
        if (!operation.IsCompleted)
        {
            await Task.WhenAny(operation, _closed.Task).WaitAsync(cancellationToken).ConfigureAwait(false);
            ThrowIfClosed();
        }
    }

    private void ThrowIfClosed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _isClosed) != 0, typeof(Socket));
}
