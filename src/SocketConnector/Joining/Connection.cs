using SocketConnector.Diagnostics;
using SocketConnector.Joining;
using SocketConnector.Pumping;
using SocketConnector.Sockets;

namespace SocketConnector;

/// <summary>A peer of side A joined to a peer of side B. Owns both sockets, and has closed them when <see cref="Completion"/> finishes.</summary>
public sealed class Connection : IFlowEnds
{
    private readonly PeerStream _a;
    private readonly PeerStream _b;
    private readonly FlowCounter _aToB;
    private readonly FlowCounter _bToA;
    private readonly ConnectionHost _host;
    private readonly IPump _pump;
    private readonly long _joined;
    private readonly long _joinedAt;
    private TaskCompletionSource<CloseInfo>? _completion;
    private ConnectionEnd? _end;
    private HalfCloseTimer? _halfClosed;
    private bool _isOver;

    internal Connection(PeerStream a, PeerStream b, long id, IPump pump, ConnectionHost host)
    {
        (_a, _b, _pump, _host, Id) = (a, b, pump, host, id);
        TimeProvider time = host.Options.TimeProvider;
        _joined = time.GetTimestamp();
        _joinedAt = time.GetUtcNow().UtcTicks;
        (_aToB, _bToA) = pump.Engine == RelayEngine.Portable
            ? (new SpacedFlowCounter(time), new SpacedFlowCounter(time))
            : (new FlowCounter(time), new FlowCounter(time));
        a.Peer.Count(from: _aToB, to: _bToA);
        b.Peer.Count(from: _bToA, to: _aToB);
    }

    /// <summary>Counts up from 1 within a connector.</summary>
    public long Id { get; }

    /// <summary>The peer on side A.</summary>
    public Peer PeerA => _a.Peer;

    /// <summary>The peer on side B.</summary>
    public Peer PeerB => _b.Peer;

    /// <summary>When the two were joined.</summary>
    public DateTimeOffset JoinedAt => new(_joinedAt, TimeSpan.Zero);

    /// <summary>What moves its bytes.</summary>
    public RelayEngine Engine => _pump.Engine;

    /// <summary>Bytes delivered to B's socket so far.</summary>
    public long BytesAToB => _aToB.Delivered;

    /// <summary>Bytes delivered to A's socket so far.</summary>
    public long BytesBToA => _bToA.Delivered;

    /// <summary>Finishes, and never fails, when both sockets are closed; says why, and by which side.</summary>
    public Task<CloseInfo> Completion
    {
        get
        {
            // Made for whoever asks first; most connections come and go without anybody asking.
            TaskCompletionSource<CloseInfo> mine = Volatile.Read(ref _completion) ?? new(TaskCreationOptions.RunContinuationsAsynchronously);
            TaskCompletionSource<CloseInfo> one = Interlocked.CompareExchange(ref _completion, mine, null) ?? mine;
            if (Volatile.Read(ref _isOver))
            {
                one.TrySetResult(Ending.Info);
            }

            return one.Task;
        }
    }

    /// <summary>Made with the first that has to do with the end: most of the time, most connections are far from theirs.</summary>
    private ConnectionEnd Ending => LazyInitializer.EnsureInitialized(ref _end, static () => new ConnectionEnd());

    private bool HasDecided => Volatile.Read(ref _end) is { IsDecided: true };

    /// <summary>Ends the connection now: both peers see a reset. Does nothing once it has ended.</summary>
    public void Abort() => End(CloseReason.Aborted, null, null);

    /// <summary>Relays until both directions have ended. Both are always awaited, whatever ended the first.</summary>
    internal void Start(JoinContext context)
    {
        TrafficLog? traffic = _host.Observer.Traffic;
        TimeProvider time = _host.Options.TimeProvider;
        _pump.Start(
            new Flow(Id, _a, _b, _aToB, this, context.TransformAToB, traffic, time),
            new Flow(Id, _b, _a, _bToA, this, context.TransformBToA, traffic, time),
            this);
        if (HasDecided)
        {
            // Ended by its owner before there was anything to end.
            _pump.Abort();
        }
    }

    /// <summary>Tells those who wait. Comes last, so that whoever awaits finds the connection gone from the connector.</summary>
    internal void Complete()
    {
        Interlocked.Exchange(ref _isOver, true);
        Volatile.Read(ref _completion)?.TrySetResult(Ending.Info);
    }

    /// <summary>Ends it once a reader has stopped for <see cref="ConnectorOptions.HalfCloseTimeout"/>, because the connector drains and waits for it.</summary>
    internal void LimitStoppedReaders() => LimitSilence(_host.Options.TimeProvider.GetTimestamp());

    bool IFlowEnds.SourceEnded(Side source) => Ending.NoteFirst(source, _host.Options.TimeProvider.GetTimestamp());

    void IFlowEnds.Lingers() => LimitSilence(Ending.FirstAt);

    void IFlowEnds.Failing(Side source, PumpResult result) => Fail(source, result);

    void IFlowEnds.Ended(Side source, PumpResult result)
    {
        if (!Ending.Arrived(source, result))
        {
            return;
        }

        do
        {
            (Side ended, PumpResult how, bool isFirst) = Ending.Next();
            if (isFirst)
            {
                WhenFirstEnded(ended, how);
            }
            else
            {
                WhenSecondEnded(ended, how);
            }
        }
        while (Ending.HasMore());
    }

    /// <summary>The join rule: the end of a stream ends the far stream and lets the other direction run; a failure ends both at once.</summary>
    private void WhenFirstEnded(Side source, PumpResult result)
    {
        if (result.Verdict != PumpVerdict.Finished)
        {
            Fail(source, result);
            return;
        }

        // The far side may have answered, and its direction arrived, before this one could tell of its own end.
        _host.Observer.Log.HalfClosed(Id, Ending.First ?? source, PeerA, PeerB);
    }

    private void LimitSilence(long since)
    {
        if (HasDecided)
        {
            return;
        }

        HalfCloseTimer? timer = Volatile.Read(ref _halfClosed);
        if (timer is null)
        {
            var movement = new Movement(_aToB, _bToA, _a.Stream, _b.Stream);
            var made = new HalfCloseTimer(_host.Options.TimeProvider, _host.Options.HalfCloseTimeout, movement, expired: () => EndSilent(movement));
            timer = Interlocked.CompareExchange(ref _halfClosed, made, null) ?? made;
            if (timer != made)
            {
                made.Dispose();
            }
        }

        timer.Start(since);
        if (HasDecided)
        {
            // It ended meanwhile, and may not have found the timer.
            timer.Dispose();
        }
    }

    /// <returns>Whether it has to end.</returns>
    private bool EndSilent(Movement movement)
    {
        // A reader that has stopped holds up its sender's end as well, so it is the one to name.
        if ((movement.StoppedReader ?? Ending.First?.Other()) is not { } silent)
        {
            return false;
        }

        End(CloseReason.HalfCloseTimeout, silent, null);
        return true;
    }

    private void WhenSecondEnded(Side source, PumpResult result)
    {
        if (result.Verdict != PumpVerdict.Finished)
        {
            Fail(source, result);
        }
        else
        {
            Ending.TryDecide(CloseReason.Completed, Ending.First, null);
        }

        Volatile.Read(ref _halfClosed)?.Dispose();
        if (Ending.Reason != CloseReason.Completed)
        {
            _a.Abort();
            _b.Abort();
        }

        _a.Close();
        _b.Close();
        Ending.Took(_host.Options.TimeProvider.GetElapsedTime(_joined));
        _host.Ended(this, Ending.Info);
    }

    private void Fail(Side source, PumpResult result)
    {
        (CloseReason reason, Side? side) = result.Verdict switch
        {
            PumpVerdict.SourceFailed => (CloseReason.PeerReset, source),
            PumpVerdict.DestinationFailed => (CloseReason.PeerReset, source.Other()),
            PumpVerdict.Faulted => (CloseReason.Aborted, (Side?)null),
            _ => (CloseReason.TransformFailed, source),
        };
        End(reason, side, result.Error);
    }

    private void End(CloseReason reason, Side? side, Exception? error)
    {
        if (Ending.TryDecide(reason, side, error))
        {
            _pump.Abort();
        }
    }
}
