using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Sessions;

/// <summary>Which ends are asked for which: an asked end for one held end at most, a held end may have several asked for it.</summary>
/// <remarks>
/// A held end counts those asked for it and does not list them: a list would cost every waiting end a reference more. So the pair of the only one that
/// was asked is made without a search, and a comer that leaves, or that has several, costs a walk along the queue of the others.
/// </remarks>
/// <param name="options">Times.</param>
/// <param name="due">When ends are due: an asked one when its answer is, a held one when more are asked for it.</param>
internal sealed class Asking(MeetingOptions options, DueHeap due)
{
    private readonly long _answerWithin = (long)options.AnswerWithin.TotalMilliseconds;
    private readonly long _askMoreAfter = (long)options.AskMoreAfter.TotalMilliseconds;

    public void Ask(RelayEnd waiting, RelayEnd held, Turn turn)
    {
        waiting.AskedFor = held;
        held.Asked++;
        waiting.State = EndState.Asked;
        due.Set(waiting, turn.Now + _answerWithin);
        Await(held, turn.Now);
        turn.Send(waiting, new OpenFrame(options.AnswerWithin, held.Origin));
    }

    /// <summary>Has a held end look for more after a while, if any is asked for it, and end its wait in time.</summary>
    public void Await(RelayEnd held, long now) => due.Set(held, held.Asked == 0 ? held.WaitUntil : Math.Min(now + _askMoreAfter, held.WaitUntil));

    /// <summary>Separates an end from those asked for it, and from the one that it is asked for. While it is in its session.</summary>
    public static void Forget(RelayEnd end)
    {
        if (end.AskedFor is { } held)
        {
            held.Asked--;
            end.AskedFor = null;
        }

        if (end.Asked == 0)
        {
            return;
        }

        for (RelayEnd? other = end.Session!.First(Session.Other(end.Role)); end.Asked > 0; other = other.Next)
        {
            if (other!.AskedFor == end)
            {
                other.AskedFor = null;
                end.Asked--;
            }
        }
    }
}
