namespace SocketConnector.Loops;

/// <summary>How many descriptors are spoken for, and whether one more may be. Pure state: opens none, and asks no clock.</summary>
/// <remarks>
/// No client that was let in is refused the descriptor for its partner, whatever is measured meanwhile. It was promised only where it fitted
/// beside all that was spoken for; it stays spoken for through every attempt, until what was dialled counts by itself; and a dial on a
/// promise does not ask the budget again. So a new budget concerns later promises alone. A promise is for one descriptor at a time: the
/// others of a race ask like everybody else, and so does whatever a user's transport opens, of which nothing is known here.
/// </remarks>
/// <param name="budget">What is known before the first measure; of others, nothing is.</param>
internal sealed class DescriptorLedger(DescriptorBudget budget)
{
    private DescriptorBudget _budget = budget;
    private bool _isMeasured;

    // What is open and counts by itself, and what is promised, open by now or not.
    private long _spoken;

    // All of ours, ever: their difference alone would not show what came and went during a measure.
    private long _opened;
    private long _closed;

    public DescriptorBudget Budget => Volatile.Read(ref _budget);

    /// <summary>What is open and counts by itself, and what is promised.</summary>
    public long Spoken => Volatile.Read(ref _spoken);

    /// <summary>How many of ours are open, on a promise or not.</summary>
    public long Open => Volatile.Read(ref _opened) - Volatile.Read(ref _closed);

    /// <summary>With those of others.</summary>
    public long InUse => Spoken + Budget.Others;

    /// <summary>Promises one more, if it leaves enough.</summary>
    public bool TryPromise()
    {
        DescriptorBudget now = Budget;
        long room = now.MaxAccepted - now.Others - 1;
        for (long spoken = Spoken; spoken <= room;)
        {
            // Only where it fits: two loops that both ask for the last would otherwise refuse each other.
            long seen = Interlocked.CompareExchange(ref _spoken, spoken + 1, spoken);
            if (seen == spoken)
            {
                return true;
            }

            spoken = seen;
        }

        return false;
    }

    /// <summary>Promises the descriptor that is given up next.</summary>
    public void Promise() => Interlocked.Increment(ref _spoken);

    /// <summary>A promise is over: kept, or no longer needed.</summary>
    public void Settle() => Interlocked.Decrement(ref _spoken);

    /// <summary>Whether one more may be opened.</summary>
    public bool MayOpen(bool isPromised) => isPromised || InUse < Budget.MaxDialled;

    /// <summary>Whether so many more may be, that only make things faster.</summary>
    public bool MaySpend(int count) => InUse + count < Budget.MaxAccepted;

    /// <summary>Some are open from here on. Those on a promise are spoken for already.</summary>
    public void Take(int count, bool isPromised)
    {
        Interlocked.Add(ref _opened, count);
        if (!isPromised)
        {
            Interlocked.Add(ref _spoken, count);
        }
    }

    /// <summary>They are closed.</summary>
    public void GiveBack(int count, bool isPromised)
    {
        Interlocked.Add(ref _closed, count);
        if (!isPromised)
        {
            Interlocked.Add(ref _spoken, -count);
        }
    }

    /// <summary>One that was opened on a promise counts by itself from here on.</summary>
    public void CountByItself() => Interlocked.Increment(ref _spoken);

    /// <summary>Comes before the process's descriptors are counted.</summary>
    public LedgerState BeginMeasure() => new(Volatile.Read(ref _opened), Volatile.Read(ref _closed));

    /// <summary>
    /// They were counted. Sockets come and go meanwhile, of which the count has found some and missed others, so it tells no more than
    /// between which bounds the others are; what was known before stays where it is within them.
    /// </summary>
    /// <param name="before">From before the count.</param>
    /// <param name="limit">How many the process may have open.</param>
    /// <param name="open">How many were found open.</param>
    /// <param name="expected">How many others there will be at least.</param>
    /// <returns>What was found, whatever is still to come.</returns>
    public DescriptorBudget EndMeasure(LedgerState before, long limit, long open, long expected)
    {
        // Found for certain: ours that were open all the while. Found at most: ours that were open at any time.
        long most = open - Math.Max(0, before.Opened - Volatile.Read(ref _closed));
        long least = open - (Volatile.Read(ref _opened) - before.Closed);
        long others = Volatile.Read(ref _isMeasured) ? Math.Clamp(Budget.Others, least, most) : most;
        var found = new DescriptorBudget(limit, Math.Max(others, 0));
        Publish(found.Growing(expected));
        return found;
    }

    public void Publish(DescriptorBudget measured)
    {
        Volatile.Write(ref _isMeasured, true);
        Volatile.Write(ref _budget, measured);
    }
}

/// <summary>How many had been opened and closed when a measure began.</summary>
internal readonly record struct LedgerState(long Opened, long Closed);
