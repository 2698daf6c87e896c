using System.Net.Sockets;
using SocketConnector.Loops;
using SocketConnector.Pumping;
using SocketConnector.Sockets;

namespace SocketConnector.Engine;

/// <summary>
/// One direction of a connection on its loop, woken by its source. Small messages are read into the loop's buffer and written
/// out of it at once; a large flow is spliced through a pipe that it has only while its bytes move. Reads on only when
/// everything read is handed over.
/// </summary>
internal sealed unsafe class Conveyor(LinuxPump pump, Flow flow) : Watched, ILoopWork
{
    /// <summary>Bytes moved in one turn; others wait for it no longer than the kernel takes for that.</summary>
    private const int Budget = 512 * 1024;

    /// <summary>A flow that has less for a turn is small again.</summary>
    private const int SmallTurn = 32 * 1024;

    // Each idle connection has two of these, so what the pump knows is not kept here as well.
    private readonly int _source = flow.Source.Socket.Descriptor;
    private Outlet _outlet = new(flow.Destination.Socket.Descriptor, flow.Counter);
    private ConveyorState _state;

    private enum Step
    {
        /// <summary>Go on.</summary>
        Moved,

        /// <summary>There is nothing to read; the source's next event goes on from here.</summary>
        Drained,

        /// <summary>The destination's next event goes on from here; or nothing does, because it has ended.</summary>
        Stopped,
    }

    /// <summary>The other direction: its source is this one's destination.</summary>
    private Conveyor Reverse => pump.ReverseOf(this);

    private EventLoop Loop => pump.Loop;

    private FlowCounter Counter => _outlet.Counter;

    /// <summary>Bytes that go before anything that is read; to be given before it is watched.</summary>
    public void Begin(Rest early)
    {
        Counter.AddReceived(early.Left.Length);
        _outlet.Hold(early);
        _state |= ConveyorState.Blocked;
    }

    public override void WhenReady(Readiness readiness)
    {
        if ((readiness & Readiness.Writable) != Readiness.None)
        {
            Reverse.WhenDestinationReady();
        }

        if (Is(ConveyorState.Done))
        {
            if ((readiness & Readiness.Error) != Readiness.None)
            {
                Reverse.WhenDestinationFailed();
            }
        }
        else if ((readiness & Readiness.Readable) != Readiness.None && !Is(ConveyorState.Blocked | ConveyorState.Queued))
        {
            Move(readiness);
        }
    }

    public override void WhenFaulted(Exception error) => pump.Fault(error);

    /// <summary>Its turn.</summary>
    void ILoopWork.Run()
    {
        _state &= ~ConveyorState.Queued;
        if (!Is(ConveyorState.Done) && (!_outlet.HoldsRest || Goes(_outlet.SendRest()) == Step.Moved))
        {
            Move(Readiness.Readable);
        }
    }

    /// <summary>Ends it, if it has not ended by itself.</summary>
    public void Stop(PumpVerdict verdict, Exception error)
    {
        if (!Is(ConveyorState.Done))
        {
            End(new PumpResult(verdict, error));
        }
    }

    public void Forget() => Loop.Forget(_source);

    private void WhenDestinationReady()
    {
        if (Is(ConveyorState.Blocked) && !Is(ConveyorState.Done))
        {
            _state &= ~ConveyorState.Blocked;
            TakeTurn();
        }
    }

    /// <summary>Nobody reads from the destination any more, so nobody else would notice that it is gone before something is written.</summary>
    private void WhenDestinationFailed()
    {
        if (!Is(ConveyorState.Done) && DescriptorSettings.TakeError(_outlet.Destination) is not SocketError.Success and SocketError error)
        {
            Fail(PumpVerdict.DestinationFailed, error);
        }
    }

    /// <summary>Moves what there is, up to the budget.</summary>
    private void Move(Readiness readiness)
    {
        int moved = 0;
        Step step;
        do
        {
            step = Is(ConveyorState.Large) ? Splice(ref moved) : Copy(readiness, ref moved);
        }
        while (step == Step.Moved && moved < Budget);
        if (step == Step.Moved)
        {
            TakeTurn();
        }
        else if (step == Step.Drained)
        {
            _outlet.GivePipeBack(Loop.Pipes);
            if (moved < SmallTurn)
            {
                _state &= ~ConveyorState.Large;
            }
        }
    }

    private Step Copy(Readiness readiness, ref int moved)
    {
        if (Is(ConveyorState.SourceEnded))
        {
            return Finish();
        }

        byte* memory = Loop.Memory.Start;
        int count = (int)Kernel.Receive(_source, memory, LoopMemory.Size, Kernel.DontWait);
        if (count <= 0)
        {
            return WhenNothingRead(count);
        }

        Counter.AddReceived(count);
        moved += count;
        if (Goes(_outlet.Send(new ReadOnlySpan<byte>(memory, count))) is Step.Stopped)
        {
            return Step.Stopped;
        }

        if (count == LoopMemory.Size)
        {
            _state |= Is(ConveyorState.CopyOnly) ? ConveyorState.None : ConveyorState.Large;
            return Step.Moved;
        }

        // Fewer than asked for were all there were, unless an end came behind them, which has no event of its own.
        return (readiness & (Readiness.Ended | Readiness.HangUp | Readiness.Error)) == Readiness.None ? Step.Drained : Step.Moved;
    }

    private Step Splice(ref int moved)
    {
        if (_outlet.TakePipe(Loop.Pipes) is not { } pipe)
        {
            return CopyFromHere();
        }

        // A full pipe has no room to ask for; none taken would look like the end.
        if (!Is(ConveyorState.SourceEnded) && !pipe.IsFull)
        {
            int count = pipe.Fill(_source);
            if (count > 0)
            {
                Counter.AddReceived(count);
                moved += count;
            }
            else if (WhenNothingRead(count) is var step && (step == Step.Stopped || pipe.Held == 0))
            {
                return step;
            }
        }

        Step sent = Goes(_outlet.SendPipe());
        return sent == Step.Moved && pipe.Held == 0 && Is(ConveyorState.SourceEnded) ? Finish() : sent;
    }

    private Step WhenNothingRead(int count)
    {
        if (count == 0)
        {
            if (WasReset())
            {
                return Fail(PumpVerdict.SourceFailed, SocketError.ConnectionReset);
            }

            _state |= ConveyorState.SourceEnded;
            pump.SourceEnded(this);
            return _outlet.HoldsAny ? Step.Moved : Finish();
        }

        int failure = Kernel.Failure;
        if (failure is Failure.Again or Failure.Interrupted)
        {
            // With bytes in the pipe it may also be the pipe that is full.
            return Step.Drained;
        }

        return Is(ConveyorState.Large) && Failure.IsRefusal(failure) && !_outlet.HoldsAny
            ? CopyFromHere()
            : Fail(PumpVerdict.SourceFailed, Failure.Of(failure));
    }

    /// <summary>Whether the end that was read is none: see <see cref="PeerSocket"/>, which asks the same way.</summary>
    private bool WasReset() => !Reverse.Is(ConveyorState.SendingEnded)
        && Kernel.Send(_source, null, 0, Kernel.DontWait | Kernel.NoSignal) < 0
        && Kernel.Failure != Failure.Again;

    private Step Goes(Outcome outcome)
    {
        switch (outcome)
        {
            case Outcome.Sent:
                return Step.Moved;
            case Outcome.Full:
                _state |= ConveyorState.Blocked;
                return Step.Stopped;
            case Outcome.Refused:
                CopyFromHere();
                return Goes(_outlet.SendRest());
            default:
                return Fail(PumpVerdict.DestinationFailed, Failure.Of(Kernel.Failure));
        }
    }

    private Step CopyFromHere()
    {
        _outlet.GivePipeBack(Loop.Pipes);
        _state = (_state & ~ConveyorState.Large) | ConveyorState.CopyOnly;
        return Step.Moved;
    }

    private Step Finish()
    {
        _state |= ConveyorState.SendingEnded;
        if (Kernel.Shutdown(_outlet.Destination, Kernel.ShutSending) != 0)
        {
            return Fail(PumpVerdict.DestinationFailed, Failure.Of(Kernel.Failure));
        }

        End(PumpResult.Finished);
        return Step.Stopped;
    }

    private Step Fail(PumpVerdict verdict, SocketError error)
    {
        End(new PumpResult(verdict, new SocketException((int)error)));
        return Step.Stopped;
    }

    private void End(PumpResult result)
    {
        _state |= ConveyorState.Done;
        _outlet.Drop(Loop.Pipes);
        pump.Ended(this, result);
    }

    private void TakeTurn()
    {
        if (!Is(ConveyorState.Queued | ConveyorState.Done))
        {
            _state |= ConveyorState.Queued;
            Loop.TakeTurn(this);
        }
    }

    private bool Is(ConveyorState any) => (_state & any) != ConveyorState.None;
}
