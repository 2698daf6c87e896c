using SocketConnector.Diagnostics;
using SocketConnector.Pumping;
using SocketConnector.Relaying;
using SocketConnector.Sockets;

namespace SocketConnector;

/// <summary>A peer of side A joined to a peer of side B. Owns both sockets, and has closed them when <see cref="Completion"/> finishes.</summary>
public sealed class Connection
{
    private readonly PeerSocket _a;
    private readonly PeerSocket _b;
    private readonly Flow _aToB;
    private readonly Flow _bToA;
    private readonly ConnectorOptions _options;
    private readonly Observer _observer;
    private readonly TaskCompletionSource<CloseInfo> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly FirstEnd _firstEnd = new();
    private readonly CancellationTokenSource? _abort;
    private readonly long _joined;
    private Ending? _ending;

    internal Connection(PeerSocket a, PeerSocket b, JoinContext context, ConnectorOptions options, Observer observer)
    {
        (_a, _b, _options, _observer, Id) = (a, b, options, observer, context.Id);
        TimeProvider time = options.TimeProvider;
        _joined = time.GetTimestamp();
        JoinedAt = time.GetUtcNow();
        _aToB = new Flow(Id, a, b, new FlowCounter(time), _firstEnd, context.TransformAToB, observer.Traffic);
        _bToA = new Flow(Id, b, a, new FlowCounter(time), _firstEnd, context.TransformBToA, observer.Traffic);
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
        CancellationToken abort = _abort?.Token ?? CancellationToken.None;
        Task<PumpResult> aToB = pumps.Choose(_aToB).RunAsync(_aToB, abort);
        Task<PumpResult> bToA = pumps.Choose(_bToA).RunAsync(_bToA, abort);
        bool isAFirst = await Task.WhenAny(aToB, bToA).ConfigureAwait(false) == aToB;
        (Task<PumpResult> first, Flow firstFlow, Task<PumpResult> second, Flow secondFlow) =
            isAFirst ? (aToB, _aToB, bToA, _bToA) : (bToA, _bToA, aToB, _aToB);
        using (HalfCloseTimer? timer = WhenFirstEnded(await first.ConfigureAwait(false), firstFlow, secondFlow))
        {
            WhenSecondEnded(await second.ConfigureAwait(false), secondFlow);
        }

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
    private HalfCloseTimer? WhenFirstEnded(PumpResult result, Flow ended, Flow open)
    {
        if (result.Verdict != PumpVerdict.Finished)
        {
            Fail(result, ended);
            return null;
        }

        _observer.Log.HalfClosed(Id, ended.Source.Side, PeerA, PeerB);
        Side silent = open.Source.Side;
        return new HalfCloseTimer(
            _options.TimeProvider,
            _options.HalfCloseTimeout,
            open,
            expired: () => End(CloseReason.HalfCloseTimeout, silent, null));
    }

    private void WhenSecondEnded(PumpResult result, Flow ended)
    {
        if (result.Verdict != PumpVerdict.Finished)
        {
            Fail(result, ended);
        }
        else
        {
            TrySetEnding(CloseReason.Completed, _firstEnd.Side, null);
        }
    }

    private void Fail(PumpResult result, Flow flow)
    {
        (CloseReason reason, Side side) = result.Verdict switch
        {
            PumpVerdict.SourceFailed => (CloseReason.PeerReset, flow.Source.Side),
            PumpVerdict.DestinationFailed => (CloseReason.PeerReset, flow.Destination.Side),
            _ => (CloseReason.TransformFailed, flow.Source.Side),
        };
        End(reason, side, result.Error);
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
