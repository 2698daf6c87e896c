using System.Diagnostics;
using System.Net.Sockets;

namespace SocketConnector.Loops;

/// <summary>
/// Leaves the process a few file descriptors. Without any the .NET runtime cannot load an assembly, and aborts; so the relay
/// stops short of the limit (getrlimit(2), RLIMIT_NOFILE) instead of running into it. Peers' sockets are counted one by one;
/// what else is open is measured at the start, and near the limit again from time to time, by a thread of the pool.
/// </summary>
/// <remarks>Known on Linux only; elsewhere nothing is held back.</remarks>
internal static class DescriptorReserve
{
    private const int PipeEnds = 2;

    /// <summary>A socket that is accepted, and one that is dialled for it.</summary>
    private const int PerClient = 2;

    /// <summary>Limits up to this are measured whenever something starts to listen: that takes less than a millisecond.</summary>
    private const int Small = 4096;

    private const int GrowsForSeconds = 30;

    // Measuring takes a fiftieth of a core at most, however large the table is.
    private const int RestPerWork = 50;
    private static readonly TimeSpan _minRest = TimeSpan.FromMilliseconds(200);

    private static DescriptorBudget _budget = new(DescriptorTable.Limit(), 0);
    private static long _held;
    private static long _promised;
    private static long _expected;
    private static long _growsUntil;
    private static long _nextLook = Stopwatch.GetTimestamp();
    private static int _isLooking;
    private static TaskCompletionSource? _change;

    /// <summary>
    /// Whether another accepted socket leaves enough: for the runtime, and for what was accepted before. If so its share is put
    /// aside, so that several loops do not take the same; <see cref="Settle"/> comes when it is held, or gone.
    /// </summary>
    public static bool TryPromise()
    {
        long room = Volatile.Read(ref _budget).MaxAccepted - InUse() - PerClient;
        for (long promised = Volatile.Read(ref _promised); promised <= room && SpareDescriptors.AreKept();)
        {
            // Put aside only where it fits: two loops that both ask for the last would otherwise refuse each other.
            long seen = Interlocked.CompareExchange(ref _promised, promised + PerClient, promised);
            if (seen == promised)
            {
                return true;
            }

            promised = seen;
        }

        return false;
    }

    /// <summary>Puts aside some that are sure to be taken.</summary>
    public static void Promise(int count) => Interlocked.Add(ref _promised, count);

    /// <summary>What was promised counts by itself from here on.</summary>
    public static void Settle(int count = PerClient)
    {
        Interlocked.Add(ref _promised, -count);
        TellChange();
    }

    /// <summary>Asks for one more, to connect out with.</summary>
    /// <exception cref="SocketException">It would leave the runtime too few (<see cref="SocketError.TooManyOpenSockets"/>).</exception>
    public static void Demand()
    {
        if (InUse() >= Volatile.Read(ref _budget).MaxDialled || !SpareDescriptors.AreKept())
        {
            throw new SocketException((int)SocketError.TooManyOpenSockets);
        }
    }

    /// <summary>What is wrong with the limit, if it is too small to begin with: how many are needed. Spare ones are kept from here on.</summary>
    /// <param name="toLoad">How many the process will take before its first connection, beside what it has now.</param>
    public static string? Shortage(int toLoad = 0)
    {
        SpareDescriptors.Keep();
        if (Volatile.Read(ref _budget).Limit > Small)
        {
            return null;
        }

        DescriptorBudget budget = Measure();
        Interlocked.CompareExchange(ref _expected, budget.Others + DescriptorBudget.Growth, 0);
        Volatile.Write(ref _growsUntil, Stopwatch.GetTimestamp() + (Stopwatch.Frequency * GrowsForSeconds));
        Volatile.Write(ref _budget, budget.Growing(Volatile.Read(ref _expected)));
        return budget.Limit < budget.Needed + toLoad
            ? $"this process may open {budget.Limit} files and needs at least {budget.Needed + toLoad} (ulimit -n)"
            : null;
    }

    /// <summary>Whether there is enough for a pipe, which only makes things faster.</summary>
    public static bool AllowsPipe() => InUse() + PipeEnds < Volatile.Read(ref _budget).MaxAccepted && SpareDescriptors.AreKept();

    /// <summary>Peers' sockets, or the ends of a pipe, are held from here on.</summary>
    public static void Take(int count = 1) => Interlocked.Add(ref _held, count);

    /// <summary>They are closed.</summary>
    public static void GiveBack(int count = 1)
    {
        Interlocked.Add(ref _held, -count);
        TellChange();
    }

    /// <summary>Finishes when some were given back. To be asked for before looking whether there are enough.</summary>
    public static Task ChangeAsync()
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return (Interlocked.CompareExchange(ref _change, mine, null) ?? mine).Task;
    }

    /// <summary>The system has refused a descriptor, whatever was counted.</summary>
    public static void RanOut()
    {
        SpareDescriptors.GiveUp();
        Look();
    }

    /// <summary>A new descriptor has this number, the lowest free one.</summary>
    public static void Saw(int number)
    {
        // At least as many as this are open in the whole process.
        if (Volatile.Read(ref _budget).IsNear(number))
        {
            Look();
        }
    }

    private static long InUse()
    {
        DescriptorBudget budget = Volatile.Read(ref _budget);
        long inUse = Volatile.Read(ref _held) + budget.Others;
        if (budget.IsNear(inUse))
        {
            Look();
        }

        return inUse;
    }

    /// <summary>Has the others counted by another thread, if that was not done just now.</summary>
    private static void Look()
    {
        if (Stopwatch.GetTimestamp() >= Volatile.Read(ref _nextLook) && Interlocked.Exchange(ref _isLooking, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                static _ =>
                {
                    Measure();
                    Volatile.Write(ref _isLooking, 0);
                    TellChange();
                },
                null);
        }
    }

    /// <returns>What was found, whatever is still to come.</returns>
    private static DescriptorBudget Measure()
    {
        long start = Stopwatch.GetTimestamp();
        long heldBefore = Volatile.Read(ref _held);
        long limit = DescriptorTable.Limit();
        int sparesBefore = SpareDescriptors.Kept;
        int open = DescriptorTable.CountOpen(limit);

        // Sockets come and go meanwhile; rather a few too many others than too few.
        long others = open - Math.Min(sparesBefore, SpareDescriptors.Kept) - Math.Min(heldBefore, Volatile.Read(ref _held));
        var found = new DescriptorBudget(limit, Math.Max(others, 0));
        Volatile.Write(ref _budget, start < Volatile.Read(ref _growsUntil) ? found.Growing(Volatile.Read(ref _expected)) : found);
        long end = Stopwatch.GetTimestamp();
        Volatile.Write(ref _nextLook, end + Math.Max((long)(_minRest.TotalSeconds * Stopwatch.Frequency), RestPerWork * (end - start)));
        return found;
    }

    private static void TellChange()
    {
        if (Volatile.Read(ref _change) is not null)
        {
            Interlocked.Exchange(ref _change, null)?.TrySetResult();
        }
    }
}
