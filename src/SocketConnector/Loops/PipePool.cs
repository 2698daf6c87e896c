namespace SocketConnector.Loops;

/// <summary>Empty pipes of one loop. A flow has one while its bytes move, so there are as many as move at once, not as there are connections.</summary>
internal sealed class PipePool
{
    // Enough for what comes and goes all the time; opening one more costs two system calls.
    private const int MostKept = 16;

    private readonly Stack<SplicePipe> _empty = new();

    /// <summary>None where the system gives none; the flow is copied then.</summary>
    public SplicePipe? Take() => _empty.TryPop(out SplicePipe? pipe) ? pipe : SplicePipe.TryOpen();

    /// <summary>Takes a pipe that is not used any more. What is left in one would come out into somebody else's stream, so it is closed.</summary>
    public void GiveBack(SplicePipe pipe)
    {
        if (pipe.Held == 0 && _empty.Count < MostKept)
        {
            _empty.Push(pipe);
        }
        else
        {
            pipe.Close();
        }
    }
}
