using SocketConnector.Diagnostics;
using SocketConnector.Pumping;
using SocketConnector.Sockets;
using SocketConnector.Taps;

namespace SocketConnector.Joining;

/// <summary>
/// Two peers that are relayed: owns both streams from the join on, decides once why they end, closes both, and then tells. What a user
/// sees of it is the <see cref="Connection"/>.
/// </summary>
internal sealed class JoinedPair : IFlowEnds
{
    private readonly Connection _connection;
    private readonly PeerStream _a;
    private readonly PeerStream _b;
    private readonly FlowCounter _aToB;
    private readonly FlowCounter _bToA;
    private readonly ConnectionServices _host;
    private readonly IPump _pump;
    private readonly long _joined;
    private ConnectionEnd? _end;
    private SilenceLimit? _silence;
    private TapSet? _taps;
    private bool _isWireShown;

    public JoinedPair(Connection connection, PeerStream a, PeerStream b, JoinContext context, IPump pump, ConnectionServices host)
    {
        (_connection, _a, _b, _pump, _host) = (connection, a, b, pump, host);
        _taps = (TapSet?)context.SealTaps();
        _joined = Time.GetTimestamp();
        (_aToB, _bToA) = pump.Engine == RelayEngine.Portable
            ? (new SpacedFlowCounter(Time), new SpacedFlowCounter(Time))
            : (new FlowCounter(Time), new FlowCounter(Time));
        a.Peer.Count(from: _aToB, to: _bToA);
        b.Peer.Count(from: _bToA, to: _aToB);
    }

    public Peer PeerA => _a.Peer;

    public Peer PeerB => _b.Peer;

    public RelayEngine Engine => _pump.Engine;

    public long BytesAToB => _aToB.Delivered;

    public long BytesBToA => _bToA.Delivered;

    /// <summary>When it was joined, by the clock.</summary>
    public long Joined => _joined;

    /// <summary>Timestamp of the last byte read or written, either way, or of the last moment at which one was held back here.</summary>
    public long LastMoved => Math.Max(_pump.LastHeldBack, Math.Max(_aToB.LastMoved, _bToA.LastMoved));

    /// <summary>The connector's.</summary>
    public ConnectorOptions Options => _host.Options;

    /// <inheritdoc cref="Connection.Completion"/>
    public Task<CloseInfo> Completion => Ending.Completion;

    /// <summary>Made with the first that has to do with the end: most of the time, most connections are far from theirs.</summary>
    public ConnectionEnd Ending => LazyInitializer.EnsureInitialized(ref _end, static () => new ConnectionEnd());

    public bool HasDecided => Volatile.Read(ref _end) is { IsDecided: true };

    private TimeProvider Time => _host.Options.TimeProvider;

    /// <summary>
    /// Ends both directions in order behind what has arrived by now; what the peers send later is dropped. Limits the silence meanwhile.
    /// Does nothing once it has ended.
    /// </summary>
    public void EndInOrder()
    {
        long now = Time.GetTimestamp();
        if (Ending.TryAsk(now))
        {
            LimitSilence(now);
            _pump.EndReading();
        }
    }

    /// <inheritdoc cref="Connection.Abort"/>
    public void Abort() => End(CloseReason.Aborted, null, null);

    /// <summary>Resets it because its time is up. Does nothing once it has ended.</summary>
    /// <param name="reason">Which time.</param>
    /// <param name="side">The side that is to blame, if one is.</param>
    public void Expire(CloseReason reason, Side? side = null) => End(reason, side, null);

    /// <inheritdoc cref="Connection.GetTcpInfo"/>
    public TcpInfo? GetTcpInfo(Side side)
    {
        try
        {
            return (side == Side.A ? _a : _b).Stream.GetTcpInfo();
        }
        catch (Exception error) when (SocketFailure.Is(error))
        {
            return null;
        }
    }

    /// <summary>What the kernel holds for its peers is looked at from now on.</summary>
    public Movement Observe() => new(_aToB, _bToA, _a.Stream, _b.Stream);

    /// <inheritdoc cref="Connection.Attach"/>
    public IDisposable Attach(Tap tap)
    {
        TapSet taps = LazyInitializer.EnsureInitialized(ref _taps, () => new TapSet(_connection.Id, _host.Observer, Time));
        AttachedTap attached = taps.Attach(tap);
        if (Volatile.Read(ref _end)?.InfoIfKnown is { } info)
        {
            // It ended meanwhile, and may not have found the taps.
            taps.Close(info);
        }

        // Before that, the start shows it, with what was kept.
        if (attached.SeesWire && Volatile.Read(ref _isWireShown))
        {
            ShowWire(taps);
        }

        return attached;
    }

    TapSet? IFlowEnds.Taps => Volatile.Read(ref _taps) is { IsEmpty: false } taps ? taps : null;

    /// <summary>They are joined: what is counted for connections stays counted.</summary>
    public void UseLeasesUp()
    {
        _a.UseLeasesUp();
        _b.UseLeasesUp();
    }

    /// <summary>Relays until both directions have ended. Both are always awaited, whatever ended the first.</summary>
    public void Start(JoinContext context)
    {
        if (!_host.Taps.IsEmpty)
        {
            _host.Taps.AttachTo(_connection.Facts, Attach);
        }

        Volatile.Write(ref _isWireShown, true);
        Interlocked.MemoryBarrier();
        ShowWire(Volatile.Read(ref _taps));
        _pump.Start(
            new Flow(_a, _b, _aToB, this, context.TransformAToB, Time),
            new Flow(_b, _a, _bToA, this, context.TransformBToA, Time));
        if (HasDecided)
        {
            // Ended by its owner before there was anything to end.
            _pump.Abort();
        }
    }

    /// <summary>Completes the task. Comes last, so that an awaiting caller finds the connection gone from the connector.</summary>
    public void Complete() => Ending.Complete();

    /// <summary>Ends it once a reader has stopped for <see cref="ConnectorOptions.HalfCloseTimeout"/>, because the connector drains and waits for it.</summary>
    public void LimitStoppedReaders() => LimitSilence(Time.GetTimestamp());

    bool IFlowEnds.SourceEnded(Side source) => Ending.NoteFirst(source, Time.GetTimestamp());

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
        if (!result.IsInOrder)
        {
            Fail(source, result);
        }
        else if (result.Verdict == PumpVerdict.Finished)
        {
            // The far side may have answered, and its direction arrived, before this one could tell of its own end.
            _host.Observer.Log.HalfClosed(_connection.Id, Ending.First ?? source, PeerA, PeerB);
        }
    }

    private void WhenSecondEnded(Side source, PumpResult result)
    {
        if (!result.IsInOrder)
        {
            Fail(source, result);
        }
        else if (Ending.IsCutShort && !HasDecided)
        {
            _ = PartAsync();
            return;
        }
        else
        {
            Ending.TryDecide(CloseReason.Completed, Ending.First, null);
        }

        Close();
    }

    /// <summary>Both peers have their ends, and may not have noticed yet: they are let go once that makes no reset.</summary>
    private async Task PartAsync()
    {
        Ending.BeginParting();
        try
        {
            if (!HasDecided)
            {
                bool isIdle = Time.GetElapsedTime(LastMoved) >= Parting.FirstLook;
                (Exception? failureA, Exception? failureB) = await Parting.CloseBothAsync(_a, _b, isIdle, Time).ConfigureAwait(false);
                if ((failureA ?? failureB) is { } failure)
                {
                    Ending.TryDecide(CloseReason.PeerReset, failureA is null ? Side.B : Side.A, failure);
                }
            }

            Ending.TryDecide(CloseReason.Ended, null, null);
        }
        catch (Exception error)
        {
            // No peer does that, so this is ours, or the clock's. The connection ends all the same.
            Ending.TryDecide(CloseReason.Aborted, null, error);
        }

        Close();
    }

    /// <summary>Has both streams show what passes below TLS, if a tap wants it; lets go what they kept if none does.</summary>
    private void ShowWire(TapSet? taps)
    {
        bool isSeen = taps is { SeesWire: true };
        _a.Stream.ShowWire(isSeen ? taps!.WireOf(Side.A) : null);
        _b.Stream.ShowWire(isSeen ? taps!.WireOf(Side.B) : null);
    }

    private void LimitSilence(long since) => SilenceLimit.Start(ref _silence, this, since);

    private void Close()
    {
        Volatile.Read(ref _silence)?.Dispose();
        if (Ending.Reason is not (CloseReason.Completed or CloseReason.Ended))
        {
            _a.Abort();
            _b.Abort();
        }

        _a.Close();
        _b.Close();
        Ending.Took(Time.GetElapsedTime(_joined));
        Interlocked.MemoryBarrier();
        Volatile.Read(ref _taps)?.Close(Ending.Info);
        _host.Ended(_connection, Ending.Info);
    }

    private void Fail(Side source, PumpResult result)
    {
        (CloseReason reason, Side? side) = result.Verdict switch
        {
            PumpVerdict.SourceFailed => (Cause(result.Error), source),
            PumpVerdict.DestinationFailed => (Cause(result.Error), source.Other()),
            PumpVerdict.Faulted => (CloseReason.Aborted, (Side?)null),
            _ => (CloseReason.TransformFailed, source),
        };
        End(reason, side, result.Error);
    }

    private static CloseReason Cause(Exception? error) => error is ExplainedSocketException { Cause: var cause } ? cause : CloseReason.PeerReset;

    private void End(CloseReason reason, Side? side, Exception? error)
    {
        if (Ending.TryDecide(reason, side, error))
        {
            _pump.Abort();
            if (Ending.IsParting)
            {
                _a.Abort();
                _b.Abort();
            }
        }
    }
}
