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
internal sealed unsafe class Conveyor(LinuxPump pump, EventLoop loop, Flow flow) : Watched, ILoopWork
{
    /// <summary>Bytes moved in one turn; others wait for it no longer than the kernel takes for that.</summary>
    private const int Budget = 512 * 1024;

    /// <summary>A flow that has less for a turn is small again.</summary>
    private const int SmallTurn = 32 * 1024;

    private readonly FlowCounter _counter = flow.Counter;
    private readonly int _source = flow.Source.Socket.Descriptor;
    private readonly int _destination = flow.Destination.Socket.Descriptor;
    private readonly Side _side = flow.Source.Side;
    private SplicePipe? _pipe;
    private Rest? _rest;
    private State _state;

    [Flags]
    private enum State : byte
    {
        None = 0,

        /// <summary>The destination is full; it tells when it has room again, and nothing is read until then.</summary>
        Blocked = 1,

        /// <summary>Waits for its turn.</summary>
        Queued = 2,

        /// <summary>Spliced, not copied.</summary>
        Large = 4,

        /// <summary>One of the two is no socket that the system splices.</summary>
        CopyOnly = 8,

        /// <summary>The source has ended; what is held is still to be handed over.</summary>
        SourceEnded = 16,

        /// <summary>The destination's stream is ended.</summary>
        SendingEnded = 32,

        /// <summary>Nothing moves any more.</summary>
        Done = 64,
    }

    private enum Step
    {
        /// <summary>Go on.</summary>
        Moved,

        /// <summary>There is nothing to read.</summary>
        Drained,

        /// <summary>Somebody else's event, or this one's next turn, goes on from here; or nothing does.</summary>
        Paused,
    }

    /// <summary>The other direction: its source is this one's destination.</summary>
    public Conveyor Reverse { get; set; } = null!;

    /// <summary>Bytes that go before anything that is read; to be given before it is watched.</summary>
    public void Begin(Rest early)
    {
        _rest = early;
        _state |= State.Blocked;
        _counter.AddReceived(early.Left.Length);
    }

    public override void WhenReady(Readiness readiness)
    {
        if ((readiness & Readiness.Writable) != 0)
        {
            Reverse.WhenDestinationReady();
        }

        if (Is(State.Done))
        {
            if ((readiness & Readiness.Error) != 0)
            {
                Reverse.WhenDestinationFailed();
            }
        }
        else if ((readiness & Readiness.Readable) != 0 && !Is(State.Blocked | State.Queued))
        {
            Move(readiness);
        }
    }

    void ILoopWork.Run()
    {
        _state &= ~State.Queued;
        if (!Is(State.Done) && (_rest is null || TrySendRest()))
        {
            Move(Readiness.Readable);
        }
    }

    /// <summary>Ends it, if it has not ended by itself.</summary>
    public void Stop(Exception error)
    {
        if (!Is(State.Done))
        {
            End(new PumpResult(PumpVerdict.SourceFailed, error));
        }
    }

    public void Forget() => loop.Forget(_source);

    private void WhenDestinationReady()
    {
        if (Is(State.Blocked) && !Is(State.Done))
        {
            _state &= ~State.Blocked;
            TakeTurn();
        }
    }

    /// <summary>Nobody reads from the destination any more, so nobody else would notice that it is gone before something is written.</summary>
    private void WhenDestinationFailed()
    {
        if (!Is(State.Done) && DescriptorSettings.TakeError(_destination) is not SocketError.Success and SocketError error)
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
            step = Is(State.Large) ? Splice(ref moved) : Copy(readiness, ref moved);
        }
        while (step == Step.Moved && moved < Budget);
        if (step == Step.Moved)
        {
            TakeTurn();
        }
        else if (step == Step.Drained)
        {
            GivePipeBack();
            if (moved < SmallTurn)
            {
                _state &= ~State.Large;
            }
        }
    }

    private Step Copy(Readiness readiness, ref int moved)
    {
        byte* memory = loop.Memory.Start;
        int count = (int)Kernel.Receive(_source, memory, LoopMemory.Size, Kernel.DontWait);
        if (count <= 0)
        {
            return WhenNothingRead(count);
        }

        _counter.AddReceived(count);
        moved += count;
        if (!TrySend(new ReadOnlySpan<byte>(memory, count), out int sent))
        {
            return Step.Paused;
        }

        if (sent < count)
        {
            _rest = new Rest(new ReadOnlySpan<byte>(memory + sent, count - sent));
            _state |= State.Blocked;
            return Step.Paused;
        }

        if (count == LoopMemory.Size)
        {
            _state |= Is(State.CopyOnly) ? State.None : State.Large;
            return Step.Moved;
        }

        // Fewer than asked for were all there were, unless an end came behind them, which has no event of its own.
        return (readiness & (Readiness.Ended | Readiness.HangUp | Readiness.Error)) == 0 ? Step.Drained : Step.Moved;
    }

    private Step Splice(ref int moved)
    {
        if ((_pipe ??= loop.Pipes.Take()) is not { } pipe)
        {
            _state = (_state & ~State.Large) | State.CopyOnly;
            return Step.Moved;
        }

        if (!Is(State.SourceEnded))
        {
            int count = pipe.Fill(_source);
            if (count > 0)
            {
                _counter.AddReceived(count);
                moved += count;
            }
            else if (WhenNothingRead(count) is var step && (step == Step.Paused || pipe.Held == 0))
            {
                return step;
            }
        }

        return SendPipe(pipe);
    }

    private Step SendPipe(SplicePipe pipe)
    {
        int count = pipe.Drain(_destination);
        if (count >= 0)
        {
            _counter.AddDelivered(count);
            return pipe.Held == 0 && Is(State.SourceEnded) ? Finish() : Step.Moved;
        }

        int failure = Kernel.Failure;
        if (failure == Failure.Again)
        {
            _state |= State.Blocked;
            return Step.Paused;
        }

        return Failure.IsRefusal(failure) ? LeavePipe(pipe) : Fail(PumpVerdict.DestinationFailed, Failure.Of(failure));
    }

    /// <summary>The destination takes no spliced bytes: reads them back, and copies from here on.</summary>
    private Step LeavePipe(SplicePipe pipe)
    {
        _state = (_state & ~State.Large) | State.CopyOnly;
        _rest = new Rest(pipe.Held);
        while (pipe.Held > 0)
        {
            _rest.Added(Math.Max(0, pipe.Read(_rest.Room)));
        }

        GivePipeBack();
        return TrySendRest() ? Step.Moved : Step.Paused;
    }

    private Step WhenNothingRead(int count)
    {
        if (count == 0)
        {
            if (WasReset())
            {
                return Fail(PumpVerdict.SourceFailed, SocketError.ConnectionReset);
            }

            _state |= State.SourceEnded;
            pump.SourceEnded(_side);
            return _pipe is { Held: > 0 } ? Step.Moved : Finish();
        }

        int failure = Kernel.Failure;
        if (failure is Failure.Again or Failure.Interrupted)
        {
            return Step.Drained;
        }

        if (Is(State.Large) && Failure.IsRefusal(failure) && _pipe is { Held: 0 })
        {
            GivePipeBack();
            _state = (_state & ~State.Large) | State.CopyOnly;
            return Step.Moved;
        }

        return Fail(PumpVerdict.SourceFailed, Failure.Of(failure));
    }

    /// <summary>Whether the end that was read is none: see <see cref="PeerSocket"/>, which asks the same way.</summary>
    private bool WasReset() => !Reverse.Is(State.SendingEnded)
        && Kernel.Send(_source, null, 0, Kernel.DontWait | Kernel.NoSignal) < 0
        && Kernel.Failure != Failure.Again;

    /// <returns>Whether all of it is sent.</returns>
    private bool TrySendRest()
    {
        if (!TrySend(_rest!.Left, out int sent))
        {
            return false;
        }

        _rest.Taken(sent);
        if (!_rest.Left.IsEmpty)
        {
            _state |= State.Blocked;
            return false;
        }

        _rest.Dispose();
        _rest = null;
        if (Is(State.SourceEnded))
        {
            Finish();
        }

        return !Is(State.Done);
    }

    /// <returns>Whether the destination is still there.</returns>
    private bool TrySend(ReadOnlySpan<byte> bytes, out int sent)
    {
        fixed (byte* start = bytes)
        {
            sent = (int)Kernel.Send(_destination, start, (nuint)bytes.Length, Kernel.DontWait | Kernel.NoSignal);
        }

        if (sent > 0)
        {
            _counter.AddDelivered(sent);
        }
        else if (sent < 0)
        {
            int failure = Kernel.Failure;
            sent = 0;
            if (failure != Failure.Again)
            {
                Fail(PumpVerdict.DestinationFailed, Failure.Of(failure));
                return false;
            }
        }

        return true;
    }

    private Step Finish()
    {
        _state |= State.SendingEnded;
        if (Kernel.Shutdown(_destination, Kernel.ShutSending) != 0)
        {
            return Fail(PumpVerdict.DestinationFailed, Failure.Of(Kernel.Failure));
        }

        End(PumpResult.Finished);
        return Step.Paused;
    }

    private Step Fail(PumpVerdict verdict, SocketError error)
    {
        End(new PumpResult(verdict, new SocketException((int)error)));
        return Step.Paused;
    }

    private void End(PumpResult result)
    {
        _state |= State.Done;
        GivePipeBack();
        _rest?.Dispose();
        _rest = null;
        pump.Ended(_side, result);
    }

    private void GivePipeBack()
    {
        if (_pipe is { } pipe)
        {
            _pipe = null;
            loop.Pipes.GiveBack(pipe);
        }
    }

    private void TakeTurn()
    {
        if (!Is(State.Queued | State.Done))
        {
            _state |= State.Queued;
            loop.TakeTurn(this);
        }
    }

    private bool Is(State any) => (_state & any) != 0;
}
