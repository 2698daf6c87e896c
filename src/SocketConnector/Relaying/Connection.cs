using SocketConnector.Diagnostics;
using SocketConnector.Pumping;
using SocketConnector.Relaying;
using SocketConnector.Sockets;

namespace SocketConnector;

/// <summary>A peer of side A joined to a peer of side B. Owns both sockets, and has closed them when <see cref="Completion"/> finishes.</summary>
public sealed class Connection
{
    private const int None = -1;

    private readonly PeerSocket _a;
    private readonly PeerSocket _b;
    private readonly Flow _aToB;
    private readonly Flow _bToA;
    private readonly ConnectorOptions _options;
    private readonly Observer _observer;
    private readonly TaskCompletionSource<CloseInfo> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource? _abort;
    private readonly long _joined;
    private HalfCloseTimer? _halfClose;
    private Ending? _ending;
    private int _firstEnded = None;

    internal Connection(PeerSocket a, PeerSocket b, JoinContext context, ConnectorOptions options, Observer observer)
    {
        (_a, _b, _options, _observer, Id) = (a, b, options, observer, context.Id);
        TimeProvider time = options.TimeProvider;
        _joined = time.GetTimestamp();
        JoinedAt = time.GetUtcNow();
        _aToB = new Flow(Id, a, b, new FlowCounter(time), context.TransformAToB, observer.Traffic);
        _bToA = new Flow(Id, b, a, new FlowCounter(time), context.TransformBToA, observer.Traffic);
        a.Peer.Count(from: _aToB.Counter, to: _bToA.Counter);
        b.Peer.Count(from: _bToA.Counter, to: _aToB.Counter);
        if (_aToB.Transformer is not null || _bToA.Transformer is not null)
        {
            // Only a transformer needs telling; a read or a write under way ends when its socket does.
            _abort = new CancellationTokenSource();
        }
    }

    /// <summary>Counts up from 1 within a connector.</summary>
    public long Id { get; }

    /// <summary>The peer on side A.</summary>
    public Peer PeerA => _a.Peer;

    /// <summary>The peer on side B.</summary>
    public Peer PeerB => _b.Peer;

    /// <summary>When the two were joined.</summary>
    public DateTimeOffset JoinedAt { get; }

    /// <summary>Bytes delivered to B's socket so far.</summary>
    public long BytesAToB => _aToB.Counter.Delivered;

    /// <summary>Bytes delivered to A's socket so far.</summary>
    public long BytesBToA => _bToA.Counter.Delivered;

    /// <summary>Finishes, and never fails, when both sockets are closed; says why, and by which side.</summary>
    public Task<CloseInfo> Completion => _completion.Task;

    /// <summary>Ends the connection now: both peers see a reset. Does nothing once it has ended.</summary>
    public void Abort() => End(CloseReason.Aborted, null, null);

    /// <summary>Relays until both directions have ended. Both are always awaited, whatever ended the first.</summary>
    internal async Task<CloseInfo> RelayAsync(PumpSelection pumps)
    {
        // Off the path of whoever joined the two, which may be the accept loop.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        Task aToB = PumpAsync(_aToB, _bToA, pumps);
        Task bToA = PumpAsync(_bToA, _aToB, pumps);
        await aToB.ConfigureAwait(false);
        await bToA.ConfigureAwait(false);
        _halfClose?.Dispose();
        if (_ending!.Reason != CloseReason.Completed)
        {
            Reset();
        }

        _a.Close();
        _b.Close();
        return new CloseInfo(_ending.Reason, _ending.Side, _ending.Error, _options.TimeProvider.GetElapsedTime(_joined));
    }

    /// <summary>Tells those who wait. Comes last, so that whoever awaits finds the connection gone from the connector.</summary>
    internal void Complete(CloseInfo info) => _completion.SetResult(info);

    /// <summary>The join rule: the end of a stream ends the far stream and lets the other direction run; a failure ends both at once.</summary>
    private async Task PumpAsync(Flow flow, Flow opposite, PumpSelection pumps)
    {
        PumpResult result = await pumps.Choose(flow).RunAsync(flow, _abort?.Token ?? CancellationToken.None).ConfigureAwait(false);
        Side source = flow.Source.Side;
        switch (result.Verdict)
        {
            case PumpVerdict.Finished:
                SideEnded(source, opposite);
                break;
            case PumpVerdict.SourceFailed:
                End(CloseReason.PeerReset, source, result.Error);
                break;
            case PumpVerdict.DestinationFailed:
                End(CloseReason.PeerReset, flow.Destination.Side, result.Error);
                break;
            case PumpVerdict.TransformFailed:
                End(CloseReason.TransformFailed, source, result.Error);
                break;
        }
    }
    private void SideEnded(Side side, Flow opposite)
    {
        int first = Interlocked.CompareExchange(ref _firstEnded, (int)side, None);
        if (first != None)
        {
            TrySetEnding(CloseReason.Completed, (Side)first, null);
            return;
        }

        _observer.Log.HalfClosed(Id, side, PeerA, PeerB);
        _halfClose = new HalfCloseTimer(
            _options.TimeProvider,
            _options.HalfCloseTimeout,
            opposite.Counter,
            opposite.Source.Socket,
            expired: () => End(CloseReason.HalfCloseTimeout, side.Other(), null));
    }

    private void End(CloseReason reason, Side? side, Exception? error)
    {
        if (TrySetEnding(reason, side, error))
        {
            Reset();
        }
    }

    private bool TrySetEnding(CloseReason reason, Side? side, Exception? error) =>
        Interlocked.CompareExchange(ref _ending, new Ending(reason, side, error), null) is null;

    private void Reset()
    {
        _abort?.Cancel();
        _a.Abort();
        _b.Abort();
    }

    private sealed record Ending(CloseReason Reason, Side? Side, Exception? Error);
}
