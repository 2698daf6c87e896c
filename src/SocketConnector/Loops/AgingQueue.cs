namespace SocketConnector.Loops;

/// <summary>
/// Descriptors of a loop that something is to be done for once they are a second old; most are closed by then, and are spared it.
/// Keeps numbers alone, and asks the watcher that a number has by then. On the loop's thread only.
/// </summary>
internal sealed class AgingQueue(WatchTable watched)
{
    /// <summary>In milliseconds. The shortest keep-alive there is (tcp(7), TCP_KEEPIDLE) is as long.</summary>
    internal const int Age = 1000;

    // A burst of connections must not leave its room behind.
    private const int KeptRoom = 64;

    private readonly Queue<(long Due, int Descriptor)> _young = new();

    /// <summary>Milliseconds until the first is due; negative where there is none.</summary>
    public int UntilDue() => _young.TryPeek(out (long Due, int Descriptor) first) ? (int)Math.Max(0, first.Due - Environment.TickCount64) : -1;

    public void Add(int descriptor) => _young.Enqueue((Environment.TickCount64 + Age, descriptor));

    /// <summary>The next that is due, if it is still watched.</summary>
    /// <returns>Whether there was one.</returns>
    public bool TryTake(out Watched? watcher)
    {
        watcher = null;
        if (!_young.TryPeek(out (long Due, int Descriptor) first) || first.Due > Environment.TickCount64)
        {
            return false;
        }

        _young.Dequeue();
        watcher = watched.Find(first.Descriptor);
        if (_young.Count == 0 && _young.Capacity > KeptRoom)
        {
            _young.TrimExcess(KeptRoom);
        }

        return true;
    }
}
