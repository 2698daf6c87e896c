namespace SocketConnector.Pacing;

/// <summary>How fast one direction may read: by a rate of its own, by its share of its connector's, or by both. Thread-safe; for one reader.</summary>
internal sealed class Pace(Pacer pacer, TokenBucket? own)
{
    private volatile PaceState _state;
    private long _released = long.MinValue;

    /// <summary>Called, on any thread, when a reader that was given nothing should ask again. To be set before it first asks; must not block.</summary>
    public Action Woken { get; set; } = static () => { };

    /// <summary>Whether its reader waits for nothing but time.</summary>
    public bool IsHeldBack => _state is PaceState.Parked or PaceState.Waiting;

    /// <summary>Timestamp of the last moment the reader was throttled, or had not resumed yet; <see cref="long.MinValue"/> if never.</summary>
    public long LastHeldBack => _state is PaceState.Free or PaceState.Closed ? Volatile.Read(ref _released) : pacer.Timestamp;

    /// <summary>Asks before a read.</summary>
    /// <returns>How much may be read; with none, <see cref="Woken"/> follows. What is not read of it is given back.</returns>
    public int Take(int wanted) => pacer.Take(this, wanted);

    /// <summary>Gives back what was taken and not read.</summary>
    public void GiveBack(int unused) => pacer.GiveBack(this, unused);

    /// <summary>Nothing is read any more, and nothing held back. Idempotent.</summary>
    public void Close() => pacer.Close(this);

    /// <summary>Where it is, within the pacer's lock.</summary>
    internal PaceState State
    {
        get => _state;
        set => _state = value;
    }

    /// <summary>Its reader has come, and reads; within the pacer's lock.</summary>
    internal void Release()
    {
        if (_state != PaceState.Free)
        {
            Volatile.Write(ref _released, pacer.Timestamp);
            _state = PaceState.Free;
        }
    }

    /// <summary>Its own allowance; none where only the connector's counts.</summary>
    internal TokenBucket? Own => own;

    /// <summary>What is left of its share of the connector's.</summary>
    internal int Granted { get; set; }

    /// <summary>How much of the connector's it has had. One that was not there to take counts as having had nearly as much as the others.</summary>
    internal long Level { get; set; }

    /// <summary>When it got that.</summary>
    internal TimeSpan GrantedAt { get; set; }

    /// <summary>Takes back the unused share.</summary>
    internal int TakeGranted()
    {
        int granted = Granted;
        Granted = 0;
        Level -= granted;
        return granted;
    }
}

internal enum PaceState
{
    /// <summary>Its reader asks when it likes.</summary>
    Free = 0,

    /// <summary>Its own allowance is used up.</summary>
    Parked,

    /// <summary>There is some again.</summary>
    Woken,

    /// <summary>It waits for its share of the connector's.</summary>
    Waiting,

    /// <summary>There is one for it.</summary>
    Granted,

    Closed,
}
