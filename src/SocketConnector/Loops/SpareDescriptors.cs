namespace SocketConnector.Loops;

/// <summary>
/// A few descriptors that are kept open, to be closed when the system has no more to give. <see cref="DescriptorReserve"/> stops the
/// relay short of the limit, but the program around it may take what is left; and without any the runtime starts no thread, which
/// ends its pool, and loads no code, which ends the process. Whatever is closed here is for the runtime: no peer gets it.
/// </summary>
internal static class SpareDescriptors
{
    // A thread takes three while it starts (a pipe, and the file of its name), an assembly two while it is loaded.
    private const int Count = 3;

    // Taken back only where so many more are free: else the runtime would be the next to be refused.
    private const int Free = 2;

    // In milliseconds: taken back at once, they would be gone again before the runtime had used them.
    private const int Pause = 100;

    private static readonly Lock _gate = new();
    private static readonly int[] _spare = new int[Count + Free];
    private static volatile Keeping _keeping;
    private static long _again;

    private enum Keeping
    {
        Nothing,
        All,
        GivenUp,
    }

    /// <summary>How many of the process's descriptors these are now.</summary>
    public static int Kept => _keeping == Keeping.All ? Count : 0;

    /// <summary>Keeps some from here on. Where there are none to be had it keeps none.</summary>
    public static void Keep()
    {
        if (_keeping == Keeping.Nothing && OperatingSystem.IsLinux())
        {
            try
            {
                Open();
            }
            catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
            {
                // No libc by that name; the portable engine does without.
            }
        }
    }

    /// <summary>The system has refused one: the runtime needs these now.</summary>
    public static void GiveUp()
    {
        lock (_gate)
        {
            if (_keeping == Keeping.All)
            {
                _keeping = Keeping.GivenUp;
                Volatile.Write(ref _again, Environment.TickCount64 + Pause);
                Close(0, Count);
            }
        }
    }

    /// <returns>Whether a peer may have a descriptor: not while these are given up and cannot be had back.</returns>
    public static bool AreKept() => _keeping != Keeping.GivenUp || (Environment.TickCount64 >= Volatile.Read(ref _again) && Open());

    private static bool Open()
    {
        lock (_gate)
        {
            for (int i = 0; _keeping != Keeping.All && i < _spare.Length; i++)
            {
                _spare[i] = Kernel.EventDescriptor(0, Kernel.CloseOnExec);
                if (_spare[i] < 0)
                {
                    Close(0, i);
                    Volatile.Write(ref _again, Environment.TickCount64 + Pause);
                    return false;
                }
            }

            if (_keeping != Keeping.All)
            {
                Close(Count, _spare.Length);
                _keeping = Keeping.All;
            }

            return true;
        }
    }

    private static void Close(int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            _ = Kernel.Close(_spare[i]);
        }
    }
}
