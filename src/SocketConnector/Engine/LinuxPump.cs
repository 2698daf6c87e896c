using System.IO.Pipelines;
using SocketConnector.Loops;
using SocketConnector.Pumping;
using SocketConnector.Sockets;

namespace SocketConnector.Engine;

/// <summary>Both directions of a connection on one event loop, where nothing but the kernel touches most of their bytes.</summary>
internal sealed class LinuxPump : IPump, ILoopWork
{
    // Each direction, and the start itself: neither may find the descriptors closed by the others.
    private const int AllParts = 3;

    private IFlowEnds? _ends;
    private Conveyor? _aToB;
    private Conveyor? _bToA;
    private int _parts = AllParts;
    private Side? _lastSide;
    private PumpResult _lastResult;

    public LinuxPump(EventLoop loop) => Loop = loop;

    public EventLoop Loop { get; }

    public RelayEngine Engine => RelayEngine.Linux;

    public void Start(Flow aToB, Flow bToA, IFlowEnds ends)
    {
        _ends = ends;
        Loop.AddLoad(1);
        _aToB = new Conveyor(this, aToB);
        _bToA = new Conveyor(this, bToA);
        GiveEarly(_aToB, aToB.Source);
        GiveEarly(_bToA, bToA.Source);
        try
        {
            // From here on the loop's thread has both conveyors.
            ((DescriptorSocket)aToB.Source.Socket).HandTo(Loop, _aToB);
            ((DescriptorSocket)bToA.Source.Socket).HandTo(Loop, _bToA);
        }
        catch (Exception error) when (SocketFailure.Is(error))
        {
            Loop.Post(new Refused(this, error));
        }

        PartEnded();
    }

    public void Abort() => Loop.Post(this);

    /// <summary>Ends both directions after a fault of this program's own. On the loop's thread.</summary>
    public void Fault(Exception error) => Stop(PumpVerdict.Faulted, error);

    void ILoopWork.Run() => Stop(PumpVerdict.SourceFailed, new OperationCanceledException("the connection was aborted"));

    void ILoopWork.WhenFaulted(Exception error) => Fault(error);

    public Conveyor ReverseOf(Conveyor one) => one == _aToB ? _bToA! : _aToB!;

    public void SourceEnded(Conveyor ended) => _ends!.SourceEnded(SourceOf(ended));

    public void Ended(Conveyor ended, PumpResult result)
    {
        Side side = SourceOf(ended);
        if (_lastSide is null)
        {
            // The first of the two; the far one may end in consequence, while it is told.
            _lastSide = side == Side.A ? Side.B : Side.A;
            Interlocked.Decrement(ref _parts);
            _ends!.Ended(side, result);
        }
        else
        {
            _lastResult = result;
            PartEnded();
        }
    }

    private static void GiveEarly(Conveyor conveyor, PeerSocket source)
    {
        if (source.Early is { } early && early.TryRead(out ReadResult read) && !read.Buffer.IsEmpty)
        {
            conveyor.Begin(Rest.Of(read.Buffer));
            early.AdvanceTo(read.Buffer.End);
        }
    }

    private Side SourceOf(Conveyor one) => one == _aToB ? Side.A : Side.B;

    private void PartEnded()
    {
        if (Interlocked.Decrement(ref _parts) > 0)
        {
            return;
        }

        _aToB!.Forget();
        _bToA!.Forget();
        Loop.AddLoad(-1);
        _ends!.Ended(_lastSide!.Value, _lastResult);
    }

    private void Stop(PumpVerdict verdict, Exception error)
    {
        try
        {
            _aToB?.Stop(verdict, error);
        }
        finally
        {
            _bToA?.Stop(verdict, error);
        }
    }

    /// <summary>The system watches no more descriptors; the connection ends on the loop's thread, as it always does.</summary>
    private sealed class Refused(LinuxPump pump, Exception error) : ILoopWork
    {
        public void Run() => pump.Stop(PumpVerdict.SourceFailed, error);
    }
}
