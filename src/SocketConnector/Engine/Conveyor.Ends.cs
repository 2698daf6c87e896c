using System.Net.Sockets;
using SocketConnector.Loops;
using SocketConnector.Pumping;
using SocketConnector.Sockets;

namespace SocketConnector.Engine;

/// <content>How a direction ends: by its source, by its destination, or from here.</content>
internal sealed unsafe partial class Conveyor
{
    /// <summary>Ends it, if it has not ended by itself.</summary>
    public void Stop(PumpVerdict verdict, Exception error)
    {
        if (!Is(ConveyorState.Done))
        {
            End(new PumpResult(verdict, error));
        }
    }

    /// <summary>Reads what has arrived by now and no more, and then ends the destination.</summary>
    public void EndReading()
    {
        if (!Is(ConveyorState.Done) && !_inlet.IsLimited)
        {
            _inlet.Limit();
            _state |= ConveyorState.Unspliceable;
            if (!Is(ConveyorState.Blocked))
            {
                TakeTurn();
            }
        }
    }

    /// <summary>Nothing reads from the destination any more, so nothing else would notice its failure before the next write.</summary>
    private void WhenDestinationFailed()
    {
        if (!Is(ConveyorState.Done) && DescriptorSettings.TakeError(_outlet.Destination) is not SocketError.Success and SocketError error)
        {
            Fail(PumpVerdict.DestinationFailed, error);
        }
    }

    /// <summary>The source's end or failure while nothing is read from it, because the destination is full or it is too early.</summary>
    private void LookAhead()
    {
        if (!Is(ConveyorState.Ending))
        {
            return;
        }

        switch (_inlet.EndAhead(Is(ConveyorState.Tcp), Reverse.Is(ConveyorState.SendingEnded)))
        {
            case null:
                // An event of an earlier socket of the same number.
                _state &= ~ConveyorState.Ending;
                break;
            case SocketError.Success:
                NoteEnd();
                break;
            case { } error:
                Fail(PumpVerdict.SourceFailed, error);
                break;
        }
    }

    private Step Finish()
    {
        // An event that told of the end, and of nothing worse, is not asked about again: a reset since then has an event of its own.
        bool isKnown = (_state & (ConveyorState.Ending | ConveyorState.Suspect)) == ConveyorState.Ending;
        if (Reverse.Is(ConveyorState.DestinationFailed) || (!isKnown && _inlet.IsReset(Is(ConveyorState.Tcp), Reverse.Is(ConveyorState.SendingEnded))))
        {
            return Fail(PumpVerdict.SourceFailed, SocketError.ConnectionReset);
        }

        NoteEnd();
        return EndDestination(PumpResult.Finished);
    }

    private Step EndDestination(PumpResult result)
    {
        pump.Taps?.ShowEnd(pump.SourceOf(this));
        _state |= ConveyorState.SendingEnded;

        // Behind the second end both sockets are closed, which ends what is still open (close(2)): at once, unless it was ended from here.
        bool isClosedNext = Is(ConveyorState.EndsByClosing) && Reverse.Is(ConveyorState.Done) && !_inlet.IsLimited;
        if (!isClosedNext && Kernel.Shutdown(_outlet.Destination, Kernel.ShutSending) != 0)
        {
            return Fail(PumpVerdict.DestinationFailed, Failure.Of(Kernel.Failure));
        }

        End(result);
        return Step.Stopped;
    }

    private void NoteEnd()
    {
        if (!Is(ConveyorState.EndNoted))
        {
            _state |= ConveyorState.EndNoted;
            pump.SourceEnded(this);
        }
    }

    private Step Fail(PumpVerdict verdict, SocketError error)
    {
        End(new PumpResult(verdict, new SocketException((int)error)));
        return Step.Stopped;
    }

    private void End(PumpResult result)
    {
        _state |= ConveyorState.Done;
        if (Is(ConveyorState.Paced))
        {
            Pace.Close();
        }

        pump.IsTapped(this, _outlet.Spliced);
        _outlet.Drop(Loop.Pipes);
        pump.Ended(this, result);
    }
}
