namespace SocketConnector.Loops;

/// <summary>The watcher of each descriptor. Written by any thread, read by the loop's; grows in steps that never move.</summary>
internal sealed class WatchTable
{
    private const int Step = 512;
    private Watched?[]?[] _steps = new Watched?[]?[64];
    private readonly Lock _growing = new();

    public Watched? Find(int descriptor)
    {
        Watched?[]?[] steps = Volatile.Read(ref _steps);
        int step = descriptor / Step;
        return step < steps.Length && Volatile.Read(ref steps[step]) is { } entries ? Volatile.Read(ref entries[descriptor % Step]) : null;
    }

    public void Set(int descriptor, Watched? watched)
    {
        int step = descriptor / Step;
        Watched?[]? entries = step < _steps.Length ? Volatile.Read(ref _steps[step]) : null;
        if (entries is null && watched is null)
        {
            return;
        }

        Volatile.Write(ref (entries ?? Grow(step))[descriptor % Step], watched);
    }

    private Watched?[] Grow(int step)
    {
        lock (_growing)
        {
            if (step >= _steps.Length)
            {
                Watched?[]?[] more = new Watched?[]?[Math.Max(step + 1, _steps.Length * 2)];
                _steps.CopyTo(more, 0);
                Volatile.Write(ref _steps, more);
            }

            return _steps[step] ??= new Watched?[Step];
        }
    }
}
