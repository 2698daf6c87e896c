using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Sessions;

/// <summary>Finds partners in a session. Pure state: the clock and the list of outcomes come with each call.</summary>
/// <remarks>
/// <para>
/// Only ends that are silent are paired: an end in state Held has sent JOIN, and one in state Asked that accepts has sent ACCEPT. So a held
/// end and a waiting one are paired by asking the waiting one, and two held ones at once.
/// </para>
/// <para>
/// An OPEN is never withdrawn. Had the relay sent WAIT when the comer left, an ACCEPT on its way would meet the next OPEN: the relay would take
/// it for an answer to that and pair, with a second ACCEPT still to come, in the partner's stream. So an asked end whose comer has left
/// stays asked; its ACCEPT is answered by WAIT, its place in the queue is what it was, and it is free again.
/// </para>
/// <para>
/// Until then it may become free, so an end that finds only such ones is held rather than told to wait. Two waiting ends of different roles
/// would each need an OPEN of their own to become silent.
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
    private readonly long _answerWithin = (long)options.AnswerWithin.TotalMilliseconds;

    /// <summary>Set once the relay stops: nothing waits from then on.</summary>
    public Draining? Draining { get; set; }

    /// <summary>Yes to an OPEN.</summary>
    public void Accept(RelayEnd asked, Turn turn)
    {
        if (asked.Match is { } comer)
        {
            Pair(asked, comer, turn);
        }
        else
        {
            Wait(asked, turn);
        }
    }

    /// <summary>Lets an end wait on that has said no to an OPEN. It is not asked again for the same comer.</summary>
    public void Decline(RelayEnd asked, Turn turn)
    {
        if (asked.Match is { } comer)
        {
            (comer.DeclinedBy ??= []).Add(asked);
            (asked.Match, comer.Match) = (null, null);
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

    /// <summary>Seeks a partner for an end that has joined. It is all that a JOIN costs in a session in which no other end is held.</summary>
    public void Seek(RelayEnd held, Turn turn) => TrySettle(held.Session!, held, turn);

    /// <summary>Seeks a partner for each held end that has none in prospect, until nothing changes. After everything that happens in a session.</summary>
    public void Settle(Session session, Turn turn)
    {
        bool hasChanged = true;
        while (hasChanged)
        {
            hasChanged = SeekAll(session, EndRole.Listen, turn) | SeekAll(session, EndRole.Connect, turn);
        }
    }

    private static EndRole Other(EndRole role) => role == EndRole.Listen ? EndRole.Connect : EndRole.Listen;

    private bool SeekAll(Session session, EndRole role, Turn turn)
    {
        bool hasChanged = false;
        RelayEnd? next;
        for (RelayEnd? end = session.HasHeld(role) ? session.First(role) : null; end is not null; end = next)
        {
            // Whatever is found for an end, of its own queue only itself is taken out.
            next = end.Next;
            hasChanged |= end.State == EndState.Held && end.Match is null && TrySettle(session, end, turn);
        }

        return hasChanged;
    }

    /// <summary>Has one asked for a held end, pairs it, or has it wait.</summary>
    /// <returns>Whether it was settled so; otherwise somebody may become free for it.</returns>
    private bool TrySettle(Session session, RelayEnd held, Turn turn)
    {
        bool mayBecomeFree = false;
        for (RelayEnd? other = session.First(Other(held.Role)); other is not null; other = other.Next)
        {
            if (held.DeclinedBy?.Contains(other) == true)
            {
                continue;
            }

            if (other.State == EndState.Waiting)
            {
                Ask(other, held, turn);
                return true;
            }

            if (other.State == EndState.Held && other.Match is null)
            {
                Pair(held, other, turn);
                return true;
            }

            mayBecomeFree = true;
        }

        if (!mayBecomeFree)
        {
            Wait(held, turn);
        }

        return !mayBecomeFree;
    }

    private void Ask(RelayEnd waiting, RelayEnd held, Turn turn)
    {
        (waiting.Match, held.Match) = (held, waiting);
        waiting.State = EndState.Asked;
        due.Set(waiting, turn.Now + _answerWithin);
        turn.Send(waiting, new OpenFrame(options.AnswerWithin, held.Origin));
    }

    /// <summary>Answers a silent end for which there is no partner.</summary>
    private void Wait(RelayEnd silent, Turn turn)
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

    private void LetWait(RelayEnd end, Turn turn)
    {
        end.Session!.LetWait(end);
        end.DeclinedBy = null;
        (end.Unanswered, end.Chatter) = (0, 0);
        due.Set(end, Math.Min(turn.Now + _heartbeat, end.WaitUntil));
    }

    private void Pair(RelayEnd one, RelayEnd other, Turn turn)
    {
        Remove(one, EndState.Paired);
        Remove(other, EndState.Paired);
        turn.Send(one, new PairedFrame(other.Origin));
        turn.Send(other, new PairedFrame(one.Origin));
        (RelayEnd connecting, RelayEnd listening) = one.Role == EndRole.Connect ? (one, other) : (other, one);
        turn.Pair(connecting, listening);
    }

    private void Remove(RelayEnd end, EndState state)
    {
        due.Remove(end);
        if (end.Session is not null)
        {
            limits.Release(end);
        }

        if (end.Match is { } match)
        {
            (end.Match, match.Match) = (null, null);
        }

        end.DeclinedBy = null;
        end.State = state;
    }
}
