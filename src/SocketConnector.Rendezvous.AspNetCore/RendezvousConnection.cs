using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace SocketConnector.Rendezvous.AspNetCore;

/// <summary>
/// One connection as Kestrel has it: two pipes, and a loop for each that moves their bytes from and to the stream. In order it ends with the end of the
/// stream behind the last byte; aborted or failed, with a reset.
/// </summary>
internal sealed class RendezvousConnection : DefaultConnectionContext, IMemoryPoolFeature
{
    /// <summary>How many bytes wait in each pipe at most, as in one buffer of the library's.</summary>
    private const int MaxUnread = 64 * 1024;

    /// <summary>How long the peer may go on sending behind the end: a close over unread bytes is a reset, which may overtake what was sent.</summary>
    private static readonly TimeSpan _parting = TimeSpan.FromSeconds(1);

    private readonly DuplexStream _stream;
    private readonly ConnectionServices _services;
    private readonly DuplexPipe _transport;
    private readonly Receiving _receiving;
    private readonly Sending _sending;
    private readonly Task _received;
    private readonly Task _sent;
    private readonly CancellationTokenSource _closed = new();
    private readonly CancellationTokenSource _cut = new();
    private readonly Lock _gate = new();
    private ConnectionAbortedException? _abortReason;
    private Task? _left;
    private Task? _disposed;

    /// <param name="stream">Owned.</param>
    /// <param name="services">Of its listener.</param>
    public RendezvousConnection(DuplexStream stream, ConnectionServices services)
        : base(CorrelationId.Next())
    {
        (_stream, _services) = (stream, services);
        var input = new Pipe(PipeOptionsOf(PipeScheduler.ThreadPool, PipeScheduler.Inline));
        var output = new Pipe(PipeOptionsOf(PipeScheduler.Inline, PipeScheduler.ThreadPool));
        Transport = _transport = new DuplexPipe(input.Reader, output.Writer);
        Application = new DuplexPipe(output.Reader, input.Writer);
        ConnectionClosed = _closed.Token;
        (LocalEndPoint, RemoteEndPoint) = (stream.LocalEndPoint, RendezvousEndPoint.OriginOf(stream));
        Features.Set<IMemoryPoolFeature>(this);
        _receiving = new Receiving(stream, input.Writer);
        _sending = new Sending(stream, output.Reader);
        _received = ReceiveAsync();
        _sent = SendAsync();
    }

    public System.Buffers.MemoryPool<byte> MemoryPool => _services.MemoryPool;

    /// <summary>Resets the stream.</summary>
    /// <param name="abortReason"><see langword="null"/> from Kestrel, against its declaration, where the client has gone in order: the stream is ended in order then.</param>
    public override void Abort(ConnectionAbortedException? abortReason)
    {
        if (abortReason is null)
        {
            lock (_gate)
            {
                _left ??= LeaveAsync();
            }
        }
        else if (Interlocked.CompareExchange(ref _abortReason, abortReason, null) is null)
        {
            ConnectionLog.TellAborted(_services.Log, ConnectionId, abortReason.Message);
            Cut();
        }
    }

    public override async ValueTask DisposeAsync()
    {
        Task disposed;
        lock (_gate)
        {
            disposed = _disposed ??= CloseAsync();
        }

        await disposed.ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private async Task ReceiveAsync()
    {
        // The constructor is not the place for a read.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        Exception? failure = await _receiving.RunAsync().ConfigureAwait(false);
        if (failure is not null && Volatile.Read(ref _abortReason) is null)
        {
            ConnectionLog.TellReadFailed(_services.Log, ConnectionId, failure.Message);
            failure = new ConnectionResetException(failure.Message, failure);
        }

        await _receiving.CompleteAsync(Volatile.Read(ref _abortReason) ?? failure).ConfigureAwait(false);
        try
        {
            await _closed.CancelAsync().ConfigureAwait(false);
        }
        catch (AggregateException error)
        {
            ConnectionLog.TellClosedThrew(_services.Log, ConnectionId, error);
        }

        if (failure is null)
        {
            await _receiving.DiscardAsync().ConfigureAwait(false);
        }
    }

    private async Task SendAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        Exception? failure = await _sending.RunAsync(_cut.Token).ConfigureAwait(false);
        if (failure is not null)
        {
            if (Volatile.Read(ref _abortReason) is null)
            {
                ConnectionLog.TellWriteFailed(_services.Log, ConnectionId, failure.Message);
            }

            // A failure is no end: neither half may look complete to the other end.
            Cut();
        }

        // Without the failure: what the application writes to a client that has gone is dropped, as with Kestrel's own sockets, and that
        // the connection has closed tells it the rest.
        await _sending.CompleteAsync().ConfigureAwait(false);
    }

    /// <summary>Resets the stream, which ends both loops.</summary>
    private void Cut()
    {
        _cut.Cancel();
        try
        {
            _stream.Abort?.Invoke();
        }
        finally
        {
            _sending.Cancel();
            _receiving.Cancel();
        }
    }

    /// <summary>Ends the stream, and does not wait for long where the client does not read.</summary>
    private async Task LeaveAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        _sending.Finish();
        await _sent.WaitAsync(_parting, _services.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_sent.IsCompleted)
        {
            Cut();
        }
    }

    private async Task CloseAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await _transport.Input.CompleteAsync().ConfigureAwait(false);
        await _transport.Output.CompleteAsync().ConfigureAwait(false);
        try
        {
            await _sent.ConfigureAwait(false);
            await _received.WaitAsync(_parting, _services.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            await _stream.Stream.DisposeAsync().ConfigureAwait(false);
            await (_left ?? Task.CompletedTask).ConfigureAwait(false);
            await _received.ConfigureAwait(false);
        }
    }

    private PipeOptions PipeOptionsOf(PipeScheduler reader, PipeScheduler writer) =>
        new(MemoryPool, reader, writer, MaxUnread, MaxUnread / 2, useSynchronizationContext: false);
}
