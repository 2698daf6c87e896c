using SocketConnector.Loops;
using SocketConnector.Pumping;
using SocketConnector.Sockets;

namespace SocketConnector.Engine;

/// <summary>
/// One direction of a connection on its loop, woken by its source. Small messages are read into the loop's buffer and written
/// out of it at once; a large flow is spliced through a pipe that it has only while its bytes move, in turns with the others.
/// Reads on only when everything read is handed over.
/// </summary>
internal sealed unsafe partial class Conveyor(LinuxPump pump, Flow flow) : Watched, ILoopWork
{
    /// <summary>A flow that has less for a turn is small again.</summary>
    private const int SmallTurn = 32 * 1024;

    // Each idle connection has two of these, so what the pump knows is not kept here as well.
    private Inlet _inlet = new(flow.Source.Stream.Descriptor);
    private Outlet _outlet = new(flow.Destination.Stream.Descriptor, flow.Counter);
    private ConveyorState _state = (flow.Source.Stream.IsTcp ? ConveyorState.Tcp : ConveyorState.None)
        | (flow.Destination.Stream.EndsByClosing ? ConveyorState.EndsByClosing : ConveyorState.None);

    /// <summary>The other direction: its source is this one's destination.</summary>
    private Conveyor Reverse => pump.ReverseOf(this);

    private EventLoop Loop => pump.Loop;

    private FlowCounter Counter => _outlet.Counter;

    /// <summary>Splices, unless a tap is to see the bytes or only a copy can tell what comes next; bytes in the pipe go before those.</summary>
    private bool IsSpliced => Is(ConveyorState.Large) && !Is(ConveyorState.CopyOnly) && (!Is(ConveyorState.Unspliceable | ConveyorState.Tapped) || _outlet.HoldsAny);

    /// <summary>Bytes that go before anything that is read; to be given before it is watched.</summary>
    public void Begin(Rest early)
    {
        Counter.AddReceived(early.Left.Length);
        pump.Taps?.Show(pump.SourceOf(this), early.Left);
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
        else if ((readiness & Readiness.Readable) != Readiness.None)
        {
            WhenSourceReady(readiness);
        }
    }

    public override void WhenFaulted(Exception error) => pump.Fault(error);

    /// <summary>Its turn.</summary>
    void ILoopWork.Run()
    {
        _state &= ~ConveyorState.Queued;
        if (!Is(ConveyorState.Done) && (!_outlet.HoldsRest || Goes(_outlet.SendRest()) == Step.Moved))
        {
            Move(EventLoop.Budget);
        }
    }

    public void Forget() => Loop.Forget(_inlet.Source);

    private void WhenSourceReady(Readiness readiness)
    {
        _state |= (readiness & Readiness.Ending) != Readiness.None ? ConveyorState.Ending : ConveyorState.None;
        _state |= EndOfStream.IsReset(readiness, Is(ConveyorState.Tcp), Reverse.Is(ConveyorState.SendingEnded)) ? ConveyorState.Suspect : ConveyorState.None;
        _state |= (readiness & Readiness.Urgent) != Readiness.None ? ConveyorState.Unspliceable : ConveyorState.None;
        if (Is(ConveyorState.Blocked | ConveyorState.HeldBack))
        {
            LookAhead();
        }
        else if (Is(ConveyorState.Large))
        {
            TakeTurn();
        }
        else if (!Is(ConveyorState.Queued))
        {
            // No turn to wait for, and so no budget: one buffer's worth, then it is large.
            Move(budget: 0);
        }
    }

    private void WhenDestinationReady()
    {
        if (Is(ConveyorState.Blocked) && !Is(ConveyorState.Done))
        {
            _state &= ~ConveyorState.Blocked;
            TakeTurn();
        }
    }

    /// <summary>Moves what there is: while it is small all of it, and then up to the budget.</summary>
    private void Move(int budget)
    {
        int moved = 0;
        Step step;
        do
        {
            _state = pump.IsTapped(this, _outlet.Spliced) ? _state | ConveyorState.Tapped : _state & ~ConveyorState.Tapped;
            step = IsSpliced ? Splice(ref moved) : Copy(ref moved);
        }
        while (step == Step.Moved && (moved < budget || !Is(ConveyorState.Large)));
        Loop.Spend(moved);
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

    private Step Copy(ref int moved)
    {
        int room = LoopMemory.Size;
        if (Is(ConveyorState.Paced) && !TryTake(ref room))
        {
            return Step.Stopped;
        }

        byte* memory = Loop.Memory.Start;
        int count = _inlet.Receive(memory, room, out int failure);
        if (Is(ConveyorState.Paced))
        {
            Pace.GiveBack(room - Math.Max(count, 0));
        }

        if (count <= 0)
        {
            return count == 0 ? Finish() : WhenNotRead(failure);
        }

        Counter.AddReceived(count);
        pump.Taps?.Show(pump.SourceOf(this), new ReadOnlySpan<byte>(memory, count));
        moved += count;
        _state |= moved >= LoopMemory.Size ? ConveyorState.Large : ConveyorState.None;
        if (Goes(_outlet.Send(new ReadOnlySpan<byte>(memory, count))) is Step.Stopped)
        {
            return Step.Stopped;
        }

        // Fewer than asked for were all there were; not so before an end, which has no event of its own, at an urgent mark, and on
        // a Unix socket between what was sent with descriptors and without (unix(7), SCM_RIGHTS).
        bool isAll = count < room && (_state & (ConveyorState.Tcp | ConveyorState.Ending | ConveyorState.Unspliceable)) == ConveyorState.Tcp;
        return isAll ? Step.Drained : Step.Moved;
    }

    private Step Splice(ref int moved)
    {
        if (_outlet.TakePipe(Loop.Pipes) is not { } pipe)
        {
            return Copy(ref moved);
        }

        // A full pipe has no room to ask for; none taken would look like the end.
        if (!pipe.IsFull && !Is(ConveyorState.Tapped) && !_inlet.IsLimited)
        {
            int count = pipe.Fill(_inlet.Source);
            if (count > 0)
            {
                Counter.AddReceived(count);
                pump.IsTapped(this, pipe.Held);
                moved += count;
            }
            else if (count == 0)
            {
                // The end, or an urgent mark in front of it.
                _state |= ConveyorState.Unspliceable;
            }
            else if (Kernel.Failure is var failure && (pipe.Held == 0 || failure != Failure.Again))
            {
                // With bytes in the pipe it may also be the pipe that is full.
                return WhenNotRead(failure);
            }
        }

        return pipe.Held == 0 ? Step.Moved : Goes(_outlet.SendPipe());
    }

    private Step WhenNotRead(int failure)
    {
        switch (failure)
        {
            case Failure.Again when _inlet.IsLimited:
                return EndDestination(PumpResult.Ended);
            case Failure.Again when !IsSpliced:
                // Nothing is left to read, so what the events spoke of is past, or never was of this socket.
                _state &= ~(ConveyorState.Unspliceable | ConveyorState.Ending);
                return Step.Drained;
            case Failure.Again:
                return Step.Drained;
            case Failure.Interrupted:
                return Step.Moved;
            case var refused when IsSpliced && Failure.IsRefusal(refused) && !_outlet.HoldsAny:
                return CopyFromHere();
            default:
                return Fail(PumpVerdict.SourceFailed, Failure.Of(failure));
        }
    }

    private Step Goes(Outcome outcome)
    {
        switch (outcome)
        {
            case Outcome.Sent:
                return Step.Moved;
            case Outcome.Full:
                _state |= ConveyorState.Blocked;
                LookAhead();
                return Step.Stopped;
            case Outcome.Refused:
                CopyFromHere();
                return Goes(_outlet.SendRest());
            default:
                _state |= ConveyorState.DestinationFailed;
                return Fail(PumpVerdict.DestinationFailed, Failure.Of(Kernel.Failure));
        }
    }

    private Step CopyFromHere()
    {
        _outlet.GivePipeBack(Loop.Pipes);
        _state |= ConveyorState.CopyOnly;
        return Step.Moved;
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
