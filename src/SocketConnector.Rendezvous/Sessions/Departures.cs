using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Sessions;

/// <summary>Sends ends away when the relay stops: first those that wait, then whatever is left.</summary>
/// <param name="limits">Knows the sessions.</param>
/// <param name="due">Knows every end that is neither paired nor gone.</param>
/// <param name="matching">Closes ends.</param>
/// <param name="seeking">Seeks partners for those that are left.</param>
internal sealed class Departures(JoinLimits limits, DueHeap due, Matching matching, Seeking seeking)
{
    /// <summary>Whether new connections are refused at once.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Sends away all that wait, and whatever would have to wait from now on. Those that are being matched finish.</summary>
    public void Drain(Draining draining, Turn turn)
    {
        matching.Draining = draining;
        foreach (Session session in (Session[])[.. limits.Sessions])
        {
            Dismiss(session.First(EndRole.Listen), turn);
            Dismiss(session.First(EndRole.Connect), turn);
            seeking.Settle(session, turn);
        }
    }

    /// <summary>Refuses all that are left, whatever they are at. After <see cref="Drain"/>.</summary>
    public void Finish(Turn turn)
    {
        IsOver = true;
        while (due.First is { } end)
        {
            Refuse(end, turn);
        }
    }

    /// <summary>Refuses one.</summary>
    public void Refuse(RelayEnd end, Turn turn)
    {
        Session? session = end.Session;
        matching.Close(end, GoneReason.Draining, matching.Draining!.Refusal(turn.Now), turn);
        if (session is not null)
        {
            seeking.Settle(session, turn);
        }
    }

    private void Dismiss(RelayEnd? end, Turn turn)
    {
        while (end is not null)
        {
            RelayEnd? next = end.Next;
            if (end.State == EndState.Waiting)
            {
                matching.Close(end, GoneReason.Draining, matching.Draining!.GoAway(turn.Now), turn);
            }

            end = next;
        }
    }
}
