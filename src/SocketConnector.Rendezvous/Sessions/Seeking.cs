using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Sessions;

/// <summary>Seeks partners for held ends, in the order in which they joined.</summary>
/// <remarks>
/// <para>
/// One waiting end is asked at first, so that those that live are not disturbed. If none has answered after
/// <see cref="MeetingOptions.AskMoreAfter"/>, as many again and one more are asked: 1, 3, 7, 15 and so on in all. Those of one machine die together, so
/// a whole dead pool costs a few such steps and not a time limit for each of its ends.
/// </para>
/// <para>
/// This starves no other held end. More are asked only when every held end that a waiting end could be asked for has one asked, since
/// <see cref="Settle"/> follows everything that happens. What is asked in excess and lives is free again after its ACCEPT, within a round trip.
/// </para>
/// <para>
/// An end that finds only asked ends is held rather than told to wait, since one may become free: two waiting ends of different roles
/// would each need an OPEN of their own to become silent.
/// </para>
/// </remarks>
/// <param name="asking">Asks waiting ends.</param>
/// <param name="matching">Pairs, or has an end wait.</param>
internal sealed class Seeking(Asking asking, Matching matching)
{
    /// <summary>Seeks a partner for an end that has joined. It is all that a JOIN costs in a session in which no other end is held.</summary>
    public void Seek(RelayEnd held, Turn turn) => TrySettle(held.Session!, held, turn);

    /// <summary>Seeks more partners for a held end, since none of those asked for it has answered for a while.</summary>
    public void SeekMore(RelayEnd held, Turn turn)
    {
        if (held.Asked > 0 && FirstIdle(held) is { } idle)
        {
            // Those that are asked have waited for longer, but this one has only just joined, so it is known to live.
            matching.Pair(held, idle, turn);
            return;
        }

        int more = held.Asked == 0 ? 0 : held.Asked + 1;
        for (RelayEnd? other = held.Session!.First(Session.Other(held.Role)); other is not null && more > 0; other = other.Next)
        {
            if (other.State == EndState.Waiting && !HasDeclined(other, held))
            {
                asking.Ask(other, held, turn);
                more--;
            }
        }

        asking.Await(held, turn.Now);
    }

    /// <summary>Seeks a partner for each held end that has none in prospect, until nothing changes. After everything that happens in a session.</summary>
    public void Settle(Session session, Turn turn)
    {
        bool hasChanged = true;
        while (hasChanged)
        {
            hasChanged = SeekAll(session, EndRole.Listen, turn) | SeekAll(session, EndRole.Connect, turn);
        }
    }

    private static bool HasDeclined(RelayEnd other, RelayEnd held) => held.DeclinedBy?.Contains(other) == true;

    private static bool IsIdle(RelayEnd end) => end.State == EndState.Held && end.Asked == 0;

    /// <returns>A held end of the other role for which none is asked.</returns>
    private static RelayEnd? FirstIdle(RelayEnd held)
    {
        EndRole role = Session.Other(held.Role);
        RelayEnd? other = held.Session!.HasHeld(role) ? held.Session.First(role) : null;
        while (other is not null && !IsIdle(other))
        {
            other = other.Next;
        }

        return other;
    }

    private bool SeekAll(Session session, EndRole role, Turn turn)
    {
        bool hasChanged = false;
        RelayEnd? next;
        for (RelayEnd? end = session.HasHeld(role) ? session.First(role) : null; end is not null; end = next)
        {
            // Whatever is found for an end, of its own queue only itself is taken out.
            next = end.Next;
            hasChanged |= IsIdle(end) && TrySettle(session, end, turn);
        }

        return hasChanged;
    }

    /// <summary>Asks a waiting end, pairs two held ends, or makes the held end wait.</summary>
    /// <returns>False if it stays held, since an end that is being asked may still become free for it.</returns>
    private bool TrySettle(Session session, RelayEnd held, Turn turn)
    {
        bool mayBecomeFree = false;
        for (RelayEnd? other = session.First(Session.Other(held.Role)); other is not null; other = other.Next)
        {
            if (HasDeclined(other, held))
            {
                continue;
            }

            if (other.State == EndState.Waiting)
            {
                asking.Ask(other, held, turn);
                return true;
            }

            if (IsIdle(other))
            {
                matching.Pair(held, other, turn);
                return true;
            }

            mayBecomeFree = true;
        }

        if (!mayBecomeFree)
        {
            matching.Wait(held, turn);
        }

        return !mayBecomeFree;
    }
}
