using System.Diagnostics;
using System.Net.Sockets;

namespace SocketConnector.Loops;

/// <summary>
/// Leaves the process a few file descriptors. Without any the .NET runtime cannot load an assembly, and aborts; so the relay
/// stops short of the limit (getrlimit(2), RLIMIT_NOFILE) instead of running into it. The library's own are counted one by one;
/// what else is open is measured at the start, and near the limit again from time to time, by a thread of the pool.
/// </summary>
/// <remarks>Known on Linux only; elsewhere nothing is held back.</remarks>
internal static class DescriptorReserve
{
    private const int PipeEnds = 2;

    /// <summary>Limits up to this are measured whenever something starts to listen: that takes less than a millisecond.</summary>
    private const int Small = 4096;

    private const int GrowsForSeconds = 30;

    // Measuring takes a fiftieth of a core at most, however large the table is.
    private const int RestPerWork = 50;
    private static readonly TimeSpan _minRest = TimeSpan.FromMilliseconds(200);

    private static readonly DescriptorLedger _ledger = new(new DescriptorBudget(DescriptorTable.Limit(), 0));
    private static long _expected;
    private static long _growsUntil;
    private static long _nextLook = Stopwatch.GetTimestamp();
    private static int _isLooking;
    private static TaskCompletionSource? _change;

    /// <summary>
    /// Promises the descriptor that an accepted socket may need for its partner, if that leaves enough for the runtime, and for what was
    /// promised before. <see cref="Settle"/> comes when it is held, or no longer needed.
    /// </summary>
    public static bool TryPromise()
    {
        LookIfNear();
        return SpareDescriptors.AreKept() && _ledger.TryPromise();
    }

    /// <inheritdoc cref="DescriptorLedger.Promise"/>
    public static void Promise() => _ledger.Promise();

    /// <summary>What was promised counts by itself from here on, or is not needed.</summary>
    public static void Settle()
    {
        _ledger.Settle();
        TellChange();
    }

    /// <summary>Asks for one more, to connect out with.</summary>
    /// <param name="isPromised">Whether it was promised: then only the system can refuse it.</param>
    /// <exception cref="SocketException">It would leave the runtime too few (<see cref="SocketError.TooManyOpenSockets"/>).</exception>
    public static void Demand(bool isPromised = false)
    {
        if (!Allows(isPromised))
        {
            throw new SocketException((int)SocketError.TooManyOpenSockets);
        }
    }

    /// <summary>Whether <see cref="Demand"/> would succeed.</summary>
    public static bool Allows(bool isPromised)
    {
        LookIfNear();
        return _ledger.MayOpen(isPromised) && SpareDescriptors.AreKept();
    }

    /// <summary>What is wrong with the limit, if it is too small to begin with: how many are needed. Spare ones are kept from here on.</summary>
    /// <param name="toLoad">How many the process will take before its first connection, beside what it has now.</param>
    public static string? Shortage(int toLoad = 0)
    {
        SpareDescriptors.Keep();
        if (_ledger.Budget.Limit > Small)
        {
            return null;
        }

        DescriptorBudget budget = Measure();
        Interlocked.CompareExchange(ref _expected, budget.Others + DescriptorBudget.Growth, 0);
        Volatile.Write(ref _growsUntil, Stopwatch.GetTimestamp() + (Stopwatch.Frequency * GrowsForSeconds));
        _ledger.Publish(budget.Growing(Volatile.Read(ref _expected)));
        return budget.Limit < budget.Needed + toLoad
            ? $"this process may open {budget.Limit} files and needs at least {budget.Needed + toLoad} (ulimit -n)"
            : null;
    }

    /// <summary>Whether there is enough for a pipe, which only makes things faster.</summary>
    public static bool AllowsPipe()
    {
        LookIfNear();
        return _ledger.MaySpend(PipeEnds) && SpareDescriptors.AreKept();
    }

    /// <summary>Some are held from here on: each by the socket, or the pipe, that closes it.</summary>
    /// <param name="count">How many.</param>
    /// <param name="isPromised">Whether they were promised, and count already.</param>
    public static void Take(int count = 1, bool isPromised = false) => _ledger.Take(count, isPromised);

    /// <summary>They are closed.</summary>
    public static void GiveBack(int count = 1, bool isPromised = false)
    {
        _ledger.GiveBack(count, isPromised);
        if (!isPromised)
        {
            TellChange();
        }
    }

    /// <inheritdoc cref="DescriptorLedger.CountByItself"/>
    public static void CountByItself() => _ledger.CountByItself();

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
        if (_ledger.Budget.IsNear(number))
        {
            Look();
        }
    }

    private static void LookIfNear()
    {
        if (_ledger.Budget.IsNear(_ledger.InUse))
        {
            Look();
        }
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
        LedgerState before = _ledger.BeginMeasure();
        long limit = DescriptorTable.Limit();
        int sparesBefore = SpareDescriptors.Kept;
        int open = DescriptorTable.CountOpen(limit) - Math.Min(sparesBefore, SpareDescriptors.Kept);
        DescriptorBudget found = _ledger.EndMeasure(before, limit, open, start < Volatile.Read(ref _growsUntil) ? Volatile.Read(ref _expected) : 0);
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
