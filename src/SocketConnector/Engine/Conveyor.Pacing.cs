using SocketConnector.Loops;
using SocketConnector.Pacing;

namespace SocketConnector.Engine;

/// <content>Where only so much may be read in so much time. Such a flow is copied: only a read can stop where its allowance does.</content>
internal sealed unsafe partial class Conveyor
{
    private Pace Pace => pump.PaceFrom(pump.SourceOf(this))!;

    /// <summary>To be told before it is watched.</summary>
    public void BePaced(Pace pace)
    {
        _state |= ConveyorState.Paced | ConveyorState.CopyOnly;
        var allowed = new Allowed(this);
        pace.Woken = () => Loop.Post(allowed);
    }

    /// <returns>Whether something may be read now; otherwise time goes on from here.</returns>
    private bool TryTake(ref int room)
    {
        room = Pace.Take(room);
        if (room > 0)
        {
            _state &= ~ConveyorState.HeldBack;
            return true;
        }

        _state |= ConveyorState.HeldBack;
        LookAhead();
        return false;
    }

    private sealed class Allowed(Conveyor conveyor) : ILoopWork
    {
        public void Run()
        {
            if (conveyor.Is(ConveyorState.HeldBack))
            {
                conveyor._state &= ~ConveyorState.HeldBack;
                conveyor.TakeTurn();
            }
        }

        public void WhenFaulted(Exception error) => conveyor.WhenFaulted(error);
    }
}
