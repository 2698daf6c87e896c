using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Sessions;

/// <summary>Answers silent ends: by a partner, or by a place to wait. Pure state: the clock and the list of outcomes come with each call.</summary>
/// <remarks>
/// <para>
/// Only ends that are silent are paired: an end in state Held has sent JOIN, and one in state Asked that accepts has sent ACCEPT. So a held
/// end and a waiting one are paired by asking the waiting one, and two held ones at once; see <see cref="Seeking"/>.
/// </para>
/// <para>
/// An OPEN is never withdrawn. Had the relay sent WAIT when the comer left, an ACCEPT on its way would meet the next OPEN: the relay would take
/// it for an answer to that and pair, with a second ACCEPT still to come, in the partner's stream. So an asked end whose comer has left, or
/// was paired with another that was asked too, stays asked; its ACCEPT is answered by WAIT, its place in the queue is what it was, and it is free again.
/// </para>
/// <para>
/// For several nodes: a held end need not have a socket here. One that stands for an end of another node is held here while its node asks, and
/// is answered by its outcomes; and <see cref="Wait"/> is the one place where a search that found nobody here would go elsewhere.
/// </para>
/// </remarks>
/// <param name="options">Times.</param>
/// <param name="limits">Counts, given back when an end is paired or gone.</param>
/// <param name="due">When ends are due.</param>
internal sealed class Matching(MeetingOptions options, JoinLimits limits, DueHeap due)
{
    private readonly long _heartbeat = (long)options.Heartbeat.TotalMilliseconds;

    /// <summary>Set once the relay stops: nothing waits from then on.</summary>
    public Draining? Draining { get; set; }

    /// <summary>Handles ACCEPT.</summary>
    public void Accept(RelayEnd asked, Turn turn)
    {
        if (asked.AskedFor is { } comer)
        {
            Pair(asked, comer, turn);
        }
        else
        {
            Wait(asked, turn);
        }
    }

    /// <summary>Handles DECLINE: the end keeps waiting, and is not asked again for the same newcomer.</summary>
    public void Decline(RelayEnd asked, Turn turn)
    {
        if (asked.AskedFor is { } comer)
        {
            (comer.DeclinedBy ??= []).Add(asked);
            Asking.Forget(asked);
        }

        if (Draining is not null)
        {
            Close(asked, GoneReason.Draining, Draining.GoAway(turn.Now), turn);
            return;
        }

        LetWait(asked, turn);
    }

    /// <summary>Takes an end out of everything, and has it closed.</summary>
    /// <param name="end">The end.</param>
    /// <param name="reason">Why.</param>
    /// <param name="last">The relay's last frame, if one is due.</param>
    /// <param name="turn">The turn.</param>
    public void Close(RelayEnd end, GoneReason reason, Frame? last, Turn turn)
    {
        Remove(end, EndState.Gone);
        end.Early = default;
        turn.Close(end, reason, last);
    }

    /// <summary>Answers a silent end for which there is no partner.</summary>
    public void Wait(RelayEnd silent, Turn turn)
    {
        long left = silent.WaitUntil - turn.Now;
        if (Draining is not null)
        {
            Close(silent, GoneReason.Draining, Draining.Refusal(turn.Now), turn);
        }
        else if (left <= 0)
        {
            Close(silent, GoneReason.TimedOut, MeetingPlace.TimedOut, turn);
        }
        else
        {
            LetWait(silent, turn);
            turn.Send(silent, new WaitFrame(TimeSpan.FromSeconds((left + 999) / 1000)));
        }
    }

    /// <summary>Pairs two silent ends. Others that are asked for one of them stay asked.</summary>
    public void Pair(RelayEnd one, RelayEnd other, Turn turn)
    {
        Remove(one, EndState.Paired);
        Remove(other, EndState.Paired);
        turn.Send(one, new PairedFrame(other.Origin));
        turn.Send(other, new PairedFrame(one.Origin));
        (RelayEnd connecting, RelayEnd listening) = one.Role == EndRole.Connect ? (one, other) : (other, one);
        turn.Pair(connecting, listening);
    }

    private void LetWait(RelayEnd end, Turn turn)
    {
        end.Session!.LetWait(end);
        end.DeclinedBy = null;
        (end.Unanswered, end.Chatter) = (0, 0);
        due.Set(end, Math.Min(turn.Now + _heartbeat, end.WaitUntil));
    }

    private void Remove(RelayEnd end, EndState state)
    {
        due.Remove(end);
        Asking.Forget(end);
        if (end.Session is not null)
        {
            limits.Release(end);
        }

        end.DeclinedBy = null;
        end.State = state;
    }
}
