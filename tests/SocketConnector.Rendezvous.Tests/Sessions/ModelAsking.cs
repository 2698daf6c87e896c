using SocketConnector.Rendezvous.Sessions;

namespace SocketConnector.Rendezvous.Tests.Sessions;

/// <summary>Who may be asked for whom and when, and who must be, as rules over lists that are searched from the start.</summary>
/// <param name="options">The times.</param>
/// <param name="ends">All that ever joined, in that order.</param>
internal sealed class ModelAsking(MeetingOptions options, List<ModelEnd> ends)
{
    private readonly long _answerWithin = (long)options.AnswerWithin.TotalMilliseconds;
    private readonly long _askMoreAfter = (long)options.AskMoreAfter.TotalMilliseconds;

    public IEnumerable<ModelEnd> Present => ends.Where(static end => end.State is EndState.Held or EndState.Waiting or EndState.Asked);

    private IEnumerable<ModelEnd> Held => Present.Where(static end => end.State == EndState.Held);

    /// <summary>Whether nothing need come of a tick: some end only looked for more.</summary>
    public bool IsLookDue(long now) => Held.Any(held => held.LookAt == now);

    public void Open(ModelEnd asked, ModelEnd comer, long now)
    {
        Assert.Equal(EndState.Held, comer.State);
        Assert.Equal(asked, Present.First(end => IsCandidate(end, comer)));
        ModelEnd? firstIdle = Held.FirstOrDefault(end => IsIdle(end) && IsCandidate(asked, end));
        if (IsIdle(comer))
        {
            // No other has waited longer for the one that is asked.
            Assert.Equal(comer, firstIdle);
            comer.LookAt = now + _askMoreAfter;
        }
        else
        {
            Assert.True(firstIdle is null, "one more is asked for an end, though another has none");
            if (comer.LookAt == now)
            {
                comer.LookAt = now + _askMoreAfter;
                comer.MayAsk = CountFor(comer) + 1;
            }

            Assert.True(comer.MayAsk-- > 0, "more are asked too early, or too many");
        }

        (asked.State, asked.AskedFor, asked.AskedAt) = (EndState.Asked, comer, now);
    }

    /// <summary>An end that is held gets WAIT.</summary>
    public void LetWait(ModelEnd held)
    {
        Assert.True(IsIdle(held), "WAIT to an end for which one is asked");
        Assert.DoesNotContain(Present, other => IsCandidate(other, held));
    }

    /// <summary>Two have got PAIRED.</summary>
    public void Pair(ModelEnd one, ModelEnd other, long now)
    {
        if (one.WasHeld && other.WasHeld)
        {
            ModelEnd[] busy = [.. new[] { one, other }.Where(end => !IsIdle(end))];
            Assert.True(busy.Length == 0 || (busy.Length == 1 && busy[0].LookAt == now), "an end for which others are asked is paired with one that was not");
        }
        else
        {
            (ModelEnd asked, ModelEnd held) = one.WasHeld ? (other, one) : (one, other);
            Assert.True(held.WasHeld && asked.AskedFor == held, "one was asked for another");
        }

        Forget(one);
        Forget(other);
    }

    /// <summary>One is paired or gone: those that were asked for it stay asked, for nobody.</summary>
    public void Forget(ModelEnd end)
    {
        end.AskedFor = null;
        foreach (ModelEnd asked in ends.Where(other => other.AskedFor == end))
        {
            asked.AskedFor = null;
        }
    }

    public void CheckThatNobodyIsForgotten(long now)
    {
        foreach (ModelEnd held in Held)
        {
            bool hasOne = Present.Any(end => IsCandidate(end, held));
            Assert.True(
                !IsIdle(held) || Present.Any(end => AreApart(end, held) && end.State != EndState.Waiting && !end.Declined.Contains(held)),
                "an end is held for nothing");
            Assert.False(IsIdle(held) && (hasOne || Held.Any(end => AreApart(end, held) && IsIdle(end))), "an end is held though there is one for it");
            if (held.LookAt == now && !IsIdle(held))
            {
                Assert.False(Held.Any(end => AreApart(end, held) && IsIdle(end)), "one that is known to live was passed over");
                held.MayAsk = CountFor(held) + 1;
                held.LookAt = now + _askMoreAfter;
            }

            Assert.False(held.MayAsk > 0 && hasOne, "too few are asked");
            Assert.True(IsIdle(held) || held.LookAt > now, "no more are sought");
            held.MayAsk = 0;
        }

        Assert.All(Present.Where(static end => end.State == EndState.Asked), end => Assert.True(now < end.AskedAt + _answerWithin, "an answer is awaited for too long"));
        Assert.All(ends, end => Assert.Equal(end.State == EndState.Held ? CountFor(end) : 0, end.Real.Asked));
    }

    private int CountFor(ModelEnd held) => ends.Count(asked => asked.AskedFor == held);

    private bool IsIdle(ModelEnd held) => CountFor(held) == 0;

    private static bool IsCandidate(ModelEnd end, ModelEnd comer) => end.IsFree && AreApart(end, comer) && !end.Declined.Contains(comer);

    private static bool AreApart(ModelEnd one, ModelEnd other) => one.Role != other.Role && one.Session == other.Session;
}
