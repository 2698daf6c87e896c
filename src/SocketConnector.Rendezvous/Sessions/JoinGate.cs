using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Sessions;

/// <summary>Decides on a JOIN: a partner is sought, or the end is refused at once, or denied when the time for that has come.</summary>
/// <param name="options">Times.</param>
/// <param name="limits">Rates and counts.</param>
/// <param name="due">When ends are due.</param>
/// <param name="matching">Closes ends.</param>
/// <param name="seeking">Seeks partners.</param>
internal sealed class JoinGate(MeetingOptions options, JoinLimits limits, DueHeap due, Matching matching, Seeking seeking)
{
    /// <summary>Takes a JOIN from the rate of its address, before anything is spent on its ticket. One beyond the rate is refused.</summary>
    /// <param name="end">In state Joining.</param>
    /// <param name="turn">When the JOIN came.</param>
    /// <returns>Whether the ticket is worth a look; <see cref="Join"/> has the last word.</returns>
    public bool TryAdmit(RelayEnd end, Turn turn)
    {
        if (matching.Draining is not null)
        {
            return false;
        }

        if (!limits.TryTakeRate(end, turn.Now, out long retryAfter))
        {
            matching.Close(end, GoneReason.AddressRate, Busy(retryAfter), turn);
            return false;
        }

        end.State = EndState.Admitted;
        return true;
    }

    /// <param name="end">In state Joining, or Admitted.</param>
    /// <param name="join">Its JOIN.</param>
    /// <param name="grant">What its ticket allows; <see langword="null"/> for nothing.</param>
    /// <param name="turn">When the JOIN came.</param>
    public void Join(RelayEnd end, JoinFrame join, Grant? grant, Turn turn)
    {
        end.Role = join.Role;
        if (join.Role is not (EndRole.Listen or EndRole.Connect) || (join.Role == EndRole.Listen && !join.Early.IsEmpty))
        {
            matching.Close(end, GoneReason.Malformed, MeetingPlace.Malformed, turn);
        }
        else if (matching.Draining is { } draining)
        {
            matching.Close(end, GoneReason.Draining, draining.Refusal(turn.Now), turn);
        }
        else
        {
            Decide(end, join, grant, turn);
        }
    }

    private void Decide(RelayEnd end, JoinFrame join, Grant? grant, Turn turn)
    {
        TimeSpan most = join.Role == EndRole.Listen ? options.ListenWait : options.ConnectWait;
        TimeSpan wait = grant?.AtMost is { } atMost && atMost < most ? atMost : most;
        long retryAfter = 0;
        GoneReason reason = end.State != EndState.Admitted && !limits.TryTakeRate(end, turn.Now, out retryAfter) ? GoneReason.AddressRate
            : grant is null || wait <= TimeSpan.Zero ? GoneReason.Ticket
            : limits.TryTake(end, join.Session, grant, turn.Now, out retryAfter);
        switch (reason)
        {
            case GoneReason.None:
                end.Early = join.Early;
                end.WaitUntil = turn.Now + (long)wait.TotalMilliseconds;
                due.Set(end, end.WaitUntil);
                seeking.Seek(end, turn);
                break;
            case GoneReason.Ticket or GoneReason.SessionFull:
                end.State = EndState.Denied;
                end.Denial = reason;
                due.Set(end, turn.Now + (long)options.DenyAfter.TotalMilliseconds);
                break;
            default:
                matching.Close(end, reason, Busy(retryAfter), turn);
                break;
        }
    }

    private static RefusedFrame Busy(long retryAfter) => new(RefusalCode.Busy, TimeSpan.FromMilliseconds(retryAfter));
}
