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

    private readonly EventLoop _loop;
    private IFlowEnds? _ends;
    private Conveyor? _aToB;
    private Conveyor? _bToA;
    private int _parts = AllParts;
    private Side? _lastSide;
    private PumpResult _lastResult;

    public LinuxPump(EventLoop loop) => _loop = loop;

    public RelayEngine Engine => RelayEngine.Linux;

    public void Start(Flow aToB, Flow bToA, IFlowEnds ends)
    {
        _ends = ends;
        _loop.AddLoad(1);
        _aToB = new Conveyor(this, _loop, aToB);
        _bToA = new Conveyor(this, _loop, bToA) { Reverse = _aToB };
        _aToB.Reverse = _bToA;
        GiveEarly(_aToB, aToB.Source);
        GiveEarly(_bToA, bToA.Source);
        try
        {
            // From here on the loop's thread has both conveyors.
            ((DescriptorSocket)aToB.Source.Socket).HandTo(_loop, _aToB);
            ((DescriptorSocket)bToA.Source.Socket).HandTo(_loop, _bToA);
        }
        catch (Exception error) when (SocketFailure.Is(error))
        {
            _loop.Post(new Refused(this, error));
        }

        PartEnded();
    }

    public void Abort() => _loop.Post(this);

    void ILoopWork.Run() => Stop(new OperationCanceledException("the connection was aborted"));

    internal void SourceEnded(Side side) => _ends!.SourceEnded(side);

    internal void Ended(Side side, PumpResult result)
    {
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

    private void PartEnded()
    {
        if (Interlocked.Decrement(ref _parts) > 0)
        {
            return;
        }

        _aToB!.Forget();
        _bToA!.Forget();
        _loop.AddLoad(-1);
        _ends!.Ended(_lastSide!.Value, _lastResult);
    }

    private void Stop(Exception error)
    {
        _aToB?.Stop(error);
        _bToA?.Stop(error);
    }

    /// <summary>The system watches no more descriptors; the connection ends on the loop's thread, as it always does.</summary>
    private sealed class Refused(LinuxPump pump, Exception error) : ILoopWork
    {
        public void Run() => pump.Stop(error);
    }
}
