using SocketConnector.Pumping;

namespace SocketConnector.Joining;

/// <summary>
/// How a connection ends, as state alone: which side ended its half first, what each direction told, and the one reason, which
/// is decided once.
/// </summary>
internal sealed class ConnectionEnd
{
    private const int NoSide = -1;
    private int _first = NoSide;
    private long _firstAt;
    private DirectionEnd? _firstArrived;
    private DirectionEnd? _secondArrived;
    private Decision? _decision;
    private CloseInfo? _info;
    private TaskCompletionSource<CloseInfo>? _completion;
    private bool _isComplete;
    private int _waiting;
    private bool _isFirstTaken;
    private bool _isAsked;
    private long _askedAt;
    private bool _isParting;

    public bool IsDecided => Volatile.Read(ref _decision) is not null;

    /// <summary>Whether this program has asked for an end in order.</summary>
    public bool IsAsked => Volatile.Read(ref _isAsked);

    /// <summary>When it has, by the clock.</summary>
    public long AskedAt => Volatile.Read(ref _askedAt);

    /// <summary>Whether the peers have their ends, and what they still send is dropped until both streams can be closed.</summary>
    public bool IsParting => Volatile.Read(ref _isParting);

    /// <summary>Whether a direction ended because this program has asked for it, and not because its source had ended.</summary>
    public bool IsCutShort => _firstArrived?.Result.Verdict == PumpVerdict.Ended || _secondArrived?.Result.Verdict == PumpVerdict.Ended;

    /// <summary>Which side ended its half first.</summary>
    public Side? First => Volatile.Read(ref _first) is not NoSide and int side ? (Side)side : null;

    /// <summary>When it did, by the clock.</summary>
    public long FirstAt => Volatile.Read(ref _firstAt);

    /// <summary>Why it ends, once that is decided.</summary>
    public CloseReason Reason => _decision!.Reason;

    /// <summary>How it ended, once it took its time.</summary>
    public CloseInfo Info => _info!;

    public CloseInfo? InfoIfKnown => Volatile.Read(ref _info);

    /// <summary>Made on demand: most connections come and go unobserved.</summary>
    public Task<CloseInfo> Completion
    {
        get
        {
            TaskCompletionSource<CloseInfo> mine = Volatile.Read(ref _completion) ?? new(TaskCreationOptions.RunContinuationsAsynchronously);
            TaskCompletionSource<CloseInfo> one = Interlocked.CompareExchange(ref _completion, mine, null) ?? mine;
            if (Volatile.Read(ref _isComplete))
            {
                one.TrySetResult(Info);
            }

            return one.Task;
        }
    }

    /// <summary>Records which side ended first, before its end is forwarded: a quick answer could otherwise be recorded as first.</summary>
    /// <returns>Whether this was the first.</returns>
    public bool NoteFirst(Side side, long now)
    {
        if (Interlocked.CompareExchange(ref _first, (int)side, NoSide) != NoSide)
        {
            return false;
        }

        Volatile.Write(ref _firstAt, now);
        return true;
    }

    /// <returns>Whether this was the first to ask.</returns>
    public bool TryAsk(long now)
    {
        Interlocked.CompareExchange(ref _askedAt, now, 0);
        return !Interlocked.Exchange(ref _isAsked, true);
    }

    public void BeginParting() => Interlocked.Exchange(ref _isParting, true);

    /// <returns>Whether this decided.</returns>
    public bool TryDecide(CloseReason reason, Side? side, Exception? error) =>
        Interlocked.CompareExchange(ref _decision, new Decision(reason, side, error), null) is null;

    public void Took(TimeSpan duration) => Volatile.Write(ref _info, new CloseInfo(_decision!.Reason, _decision.Side, _decision.Error, duration));

    /// <summary>Completes the task, with what <see cref="Took"/> made.</summary>
    public void Complete()
    {
        Interlocked.Exchange(ref _isComplete, true);
        Volatile.Read(ref _completion)?.TrySetResult(Info);
    }

    /// <summary>A direction has ended. Both may at once; they are dealt with one after the other.</summary>
    /// <returns>Whether the caller has to: it asks <see cref="Next"/>, until there is no more.</returns>
    public bool Arrived(Side source, PumpResult result)
    {
        var end = new DirectionEnd(source, result);
        if (Interlocked.CompareExchange(ref _firstArrived, end, null) is not null)
        {
            Volatile.Write(ref _secondArrived, end);
        }

        return Interlocked.Increment(ref _waiting) == 1;
    }

    public (Side Source, PumpResult Result, bool IsFirst) Next()
    {
        bool isFirst = !_isFirstTaken;
        _isFirstTaken = true;
        DirectionEnd end = (isFirst ? _firstArrived : _secondArrived)!;
        return (end.Source, end.Result, isFirst);
    }

    public bool HasMore() => Interlocked.Decrement(ref _waiting) > 0;

    private sealed record DirectionEnd(Side Source, PumpResult Result);

    private sealed record Decision(CloseReason Reason, Side? Side, Exception? Error);
}
