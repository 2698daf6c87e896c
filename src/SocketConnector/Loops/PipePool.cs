namespace SocketConnector.Loops;

/// <summary>
/// Empty pipes of one loop. A flow has one while its bytes move, so there are as many as move at once, not as there are
/// connections. Pipes count against their user's quota even while empty (pipe(7), pipe-user-pages-soft), so unused ones are
/// closed after a second.
/// </summary>
internal sealed class PipePool(TimeProvider time)
{
    // Enough for what comes and goes all the time; opening one more costs two system calls.
    private const int MaxKept = 16;

    private static readonly TimeSpan _unusedFor = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _betweenTries = TimeSpan.FromMilliseconds(100);

    private readonly Stack<SplicePipe> _empty = new();
    private long _used;
    private long? _refused;

    public int Kept => _empty.Count;

    /// <summary>None where the system gives none, which may be for a moment only; the flow is copied then, and asks again.</summary>
    public SplicePipe? Take()
    {
        if (_empty.TryPop(out SplicePipe? kept))
        {
            return kept;
        }

        if (_refused is { } refused && time.GetElapsedTime(refused) < _betweenTries)
        {
            return null;
        }

        SplicePipe? opened = SplicePipe.TryOpen();
        _refused = opened is null ? time.GetTimestamp() : null;
        return opened;
    }

    /// <summary>Takes a pipe that is not used any more. What is left in one would come out into another connection's stream, so it is closed.</summary>
    public void GiveBack(SplicePipe pipe)
    {
        _used = time.GetTimestamp();
        if (pipe.Held == 0 && _empty.Count < MaxKept)
        {
            _empty.Push(pipe);
        }
        else
        {
            pipe.Close();
        }
    }

    /// <summary>Closes the pipes that nothing has given back or taken for a second.</summary>
    public void Trim()
    {
        if (_empty.Count > 0 && time.GetElapsedTime(_used) >= _unusedFor)
        {
            while (_empty.TryPop(out SplicePipe? pipe))
            {
                pipe.Close();
            }
        }
    }

    /// <returns>How many milliseconds an idle loop may wait before it trims; infinite where there is nothing to trim.</returns>
    public int UntilTrim() => _empty.Count == 0 ? Timeout.Infinite : (int)Math.Ceiling(Math.Max(0, (_unusedFor - time.GetElapsedTime(_used)).TotalMilliseconds));
}
