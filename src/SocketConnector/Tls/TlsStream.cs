using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using SocketConnector.Loops;
using SocketConnector.Sockets;

namespace SocketConnector.Tls;

/// <summary>
/// A byte stream over an <see cref="SslStream"/> whose handshake is done. Waits with a zero-byte read, which completes once a record is
/// decrypted, so an idle connection holds no buffer.
/// </summary>
/// <param name="tls">Stands on <paramref name="inner"/>; disposed with this.</param>
/// <param name="inner">Stands on <paramref name="stream"/>.</param>
/// <param name="stream">Owned from here on.</param>
internal sealed class TlsStream(SslStream tls, RecordStream inner, ByteStream stream) : ByteStream
{
    private readonly TlsReader _reader = new(tls, inner, stream);
    private Task? _closeNotify;

    public override bool IsTcp => stream.IsTcp;

    public override CompactEndPoint Remote => stream.Remote;

    public override CompactEndPoint Local => stream.Local;

    public override bool? HoldsTail => stream.HoldsTail;

    /// <summary>A close-notify cannot be forged, and a reset behind it takes nothing back.</summary>
    public override bool ProvesItsEnd => true;

    public override int Available => _reader.Available;

    /// <summary>No-op: keep-alive and the user timeout were set before the handshake.</summary>
    public override void Configure(KeepAliveOptions? keepAlive, TimeSpan? userTimeout)
    {
    }

    public override SocketError Receive(Span<byte> room, bool peek, out int count) => _reader.Receive(room, peek, out count);

    /// <summary>Whether there is room is known only when it is tried.</summary>
    public override SocketError Send(ReadOnlySpan<byte> chunk, out int count)
    {
        _reader.ThrowIfClosed();
        count = 0;
        return SocketError.WouldBlock;
    }

    public override ValueTask<int> WaitReadableAsync(CancellationToken cancellationToken) => _reader.WaitReadableAsync(cancellationToken);

    public override ValueTask SettleAsync() => _reader.SettleAsync();

    /// <summary>Completes at once where the system takes it.</summary>
    public override ValueTask<int> SendAsync(ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken)
    {
        _reader.ThrowIfClosed();
        int count = Math.Min(chunk.Length, RecordStream.MaxGathered);
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
            if (_closeNotify is null)
            {
                // Once: SslStream fails a second one.
                _closeNotify = await SendCloseNotifyAsync().ConfigureAwait(false);
                TlsFailure.Observe(_closeNotify);
            }

            await _closeNotify.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw Failed(error);
        }

        inner.EndedSending();
        await stream.EndSendingAsync(cancellationToken).ConfigureAwait(false);
    }

    public override Readiness Look()
    {
        _reader.ThrowIfClosed();
        Readiness below = stream.Look() & ~Readiness.Input;
        (bool isReadable, bool hasFailed) = _reader.Look();
        return below | (isReadable ? Readiness.Input : Readiness.None) | (hasFailed ? Readiness.Input | Readiness.Error : Readiness.None);
    }

    public override void ShowWire(IWireSink? sink) => inner.ShowWire(sink);

    public override int ReadTcpInfo(Span<byte> info) => stream.ReadTcpInfo(info);

    public override TcpInfo? GetTcpInfo() => stream.GetTcpInfo();

    public override void Close()
    {
        _reader.Close();
        stream.Close();
        Leave();
    }

    public override void Reset()
    {
        _reader.Close();
        stream.Reset();
        Leave();
    }

    private void Leave()
    {
        tls.Dispose();
        _reader.ObservePendingRead();
    }

    /// <summary>
    /// Starts sending a close-notify. <see cref="SslStream"/> does not serialize <see cref="SslStream.ShutdownAsync"/> with a read, and
    /// OpenSSL then takes incoming data for data after the close-notify; so it is sent only while no record is being decrypted.
    /// </summary>
    /// <returns>The write of it.</returns>
    private async ValueTask<Task> SendCloseNotifyAsync()
    {
        Task? sending = null;
        while (!_reader.TryWhileIdle(() => sending = tls.ShutdownAsync()))
        {
            await Task.Yield();
        }

        return sending!;
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

    private SocketException Failed(Exception error)
    {
        _reader.ThrowIfClosed();
        return TlsFailure.Of(error, inner.HasEnded);
    }
}
