using SocketConnector.Loops;
using SocketConnector.Pacing;
using SocketConnector.Pumping;
using SocketConnector.Sockets;
using SocketConnector.Taps;

namespace SocketConnector.Engine;

/// <summary>
/// Both directions of a connection on one event loop, where nothing but the kernel touches most of their bytes. Begins, moves and
/// ends on the loop's thread alone, so that none of that can overtake another.
/// </summary>
internal class LinuxPump : IPump, ILoopWork
{
    private IFlowEnds? _ends;
    private Conveyor? _aToB;
    private Conveyor? _bToA;
    private bool _hasBegun;
    private bool _isAborted;
    private bool _isReadingEnded;
    private bool _hasOneEnded;

    public LinuxPump(EventLoop loop) => Loop = loop;

    public EventLoop Loop { get; }

    public RelayEngine Engine => RelayEngine.Linux;

    public TapSet? Taps => _ends!.Taps;

    /// <inheritdoc cref="IPump.LastHeldBack"/>
    public virtual long LastHeldBack => long.MinValue;

    /// <summary>How fast the direction from this side may read; none where it may as it likes.</summary>
    public virtual Pace? PaceFrom(Side source) => null;

    public void Start(Flow aToB, Flow bToA)
    {
        _ends = aToB.Ends;
        _aToB = Made(aToB);
        _bToA = Made(bToA);
        Loop.AddLoad(1);
        if (Loop.IsHere)
        {
            try
            {
                Begin(aToB, bToA);
            }
            catch (Exception error)
            {
                // As the loop itself does with what is posted.
                Fault(error);
            }
        }
        else
        {
            Loop.Post(new Beginning(this, aToB, bToA));
        }
    }

    public void EndReading() => Loop.Post(new LastReads(this));

    public void Abort() => Loop.Post(this);

    /// <summary>Ends both directions after a fault of this program's own. On the loop's thread.</summary>
    public void Fault(Exception error) => Stop(PumpVerdict.Faulted, error);

    void ILoopWork.Run()
    {
        _isAborted = true;
        if (_hasBegun)
        {
            Stop(PumpVerdict.SourceFailed, Aborted());
        }
    }

    void ILoopWork.WhenFaulted(Exception error) => Fault(error);

    public Conveyor ReverseOf(Conveyor one) => one == _aToB ? _bToA! : _aToB!;

    public Side SourceOf(Conveyor one) => one == _aToB ? Side.A : Side.B;

    /// <summary>Whether a tap is to see its bytes; one that has just been attached misses what the pipe holds.</summary>
    public bool IsTapped(Conveyor one, int held)
    {
        TapSet? taps = Taps;
        taps?.MissHeld(SourceOf(one), held);
        return taps is not null && taps.Sees(SourceOf(one));
    }

    public void SourceEnded(Conveyor ended)
    {
        if (_ends!.SourceEnded(SourceOf(ended)))
        {
            // Most connections are over by then, and never need a timer.
            Loop.Later(new Lingering(this));
        }
    }

    public void Ended(Conveyor ended, PumpResult result)
    {
        if (_hasOneEnded)
        {
            _aToB!.Forget();
            _bToA!.Forget();
            Loop.AddLoad(-1);
        }

        // The far one may end in consequence, while this one is reported.
        _hasOneEnded = true;
        _ends!.Ended(SourceOf(ended), result);
    }

    private Conveyor Made(Flow flow)
    {
        var conveyor = new Conveyor(this, flow);
        if (PaceFrom(flow.Source.Side) is { } pace)
        {
            conveyor.BePaced(pace);
        }

        return conveyor;
    }

    private void Begin(Flow aToB, Flow bToA)
    {
        _hasBegun = true;
        if (_isAborted)
        {
            Stop(PumpVerdict.SourceFailed, Aborted());
            return;
        }

        GiveLeading(_aToB!, aToB.Source);
        GiveLeading(_bToA!, bToA.Source);
        try
        {
            ((DescriptorSocket)aToB.Source.Stream).HandTo(Loop, _aToB!);
            ((DescriptorSocket)bToA.Source.Stream).HandTo(Loop, _bToA!);
        }
        catch (Exception error) when (SocketFailure.Is(error))
        {
            // The system watches no more descriptors.
            Stop(PumpVerdict.SourceFailed, error);
        }

        if (_isReadingEnded)
        {
            EndReadingHere();
        }
    }

    private void EndReadingHere()
    {
        _isReadingEnded = true;
        if (_hasBegun)
        {
            // What has arrived is taken down for both before either moves on.
            _aToB!.EndReading();
            _bToA!.EndReading();
        }
    }

    private static void GiveLeading(Conveyor conveyor, PeerStream source)
    {
        if (source.TakeLeading() is { IsEmpty: false } leading)
        {
            conveyor.Begin(Rest.Of(leading));
        }
    }

    private static OperationCanceledException Aborted() => new("the connection was aborted");

    private void Stop(PumpVerdict verdict, Exception error)
    {
        try
        {
            _aToB!.Stop(verdict, error);
        }
        finally
        {
            _bToA!.Stop(verdict, error);
        }
    }

    private sealed class Beginning(LinuxPump pump, Flow aToB, Flow bToA) : ILoopWork
    {
        public void Run() => pump.Begin(aToB, bToA);

        public void WhenFaulted(Exception error) => pump.Fault(error);
    }

    private sealed class LastReads(LinuxPump pump) : ILoopWork
    {
        public void Run() => pump.EndReadingHere();

        public void WhenFaulted(Exception error) => pump.Fault(error);
    }

    private sealed class Lingering(LinuxPump pump) : ILoopWork
    {
        public void Run() => pump._ends!.Lingers();

        public void WhenFaulted(Exception error) => pump.Fault(error);
    }
}
