using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace SocketConnector.Loops;

/// <summary>
/// Leaves the process a few file descriptors. Without any the .NET runtime cannot start a thread (each takes a pipe) or load an
/// assembly, and aborts; so the relay stops short of the limit (getrlimit(2), RLIMIT_NOFILE) instead of running into it.
/// </summary>
/// <remarks>Known on Linux only; elsewhere nothing is held back.</remarks>
internal static class DescriptorReserve
{
    // Enough for the runtime's threads; a fraction where the limit is small.
    private const int MostKept = 64;
    private const int PipeEnds = 2;

    private static readonly long _limit = ReadLimit();
    private static readonly long _kept = Math.Min(MostKept, _limit / 8);
    private static long _held;
    private static long _others;
    private static long _othersCounted;

    /// <summary>Whether another accepted socket leaves enough: for the runtime, and for what those accepted before it may still take.</summary>
    /// <param name="toCome">How many descriptors may yet be taken for sockets that were accepted before.</param>
    public static bool AllowsAccepted(int toCome) => InUse() + toCome < _limit - (2 * _kept);

    /// <summary>Asks for one more, to connect out with.</summary>
    /// <exception cref="SocketException">It would leave the runtime too few (<see cref="SocketError.TooManyOpenSockets"/>).</exception>
    public static void Demand()
    {
        if (InUse() >= _limit - _kept)
        {
            throw new SocketException((int)SocketError.TooManyOpenSockets);
        }
    }

    /// <summary>Whether there is enough for a pipe, which only makes things faster.</summary>
    public static bool AllowsPipe() => InUse() + PipeEnds < _limit - (2 * _kept);

    /// <summary>Peers' sockets, or the ends of a pipe, are held from here on.</summary>
    public static void Take(int count = 1) => Interlocked.Add(ref _held, count);

    /// <summary>They are closed.</summary>
    public static void GiveBack(int count = 1) => Interlocked.Add(ref _held, -count);

    private static long InUse()
    {
        long held = Volatile.Read(ref _held);
        if (held < _limit / 4)
        {
            // Far from the limit, whatever else is open.
            return held;
        }

        return held + Others(held);
    }

    /// <summary>What the process has open beside the peers' sockets, counted at most once a second: it takes a look at every descriptor.</summary>
    private static long Others(long held)
    {
        long counted = Volatile.Read(ref _othersCounted);
        if (counted == 0 || Stopwatch.GetElapsedTime(counted) > TimeSpan.FromSeconds(1))
        {
            Volatile.Write(ref _others, Math.Max(0, Directory.EnumerateFileSystemEntries("/proc/self/fd").LongCount() - held));
            Volatile.Write(ref _othersCounted, Stopwatch.GetTimestamp());
        }

        return Volatile.Read(ref _others);
    }

    private static long ReadLimit()
    {
        const string Soft = "Max open files";
        if (!OperatingSystem.IsLinux())
        {
            return long.MaxValue;
        }

        // The runtime has raised the soft limit to the hard one when it started.
        string? line = File.ReadLines("/proc/self/limits").FirstOrDefault(text => text.StartsWith(Soft, StringComparison.Ordinal));
        string? number = line?[Soft.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return long.TryParse(number, CultureInfo.InvariantCulture, out long limit) ? limit : long.MaxValue;
    }
}
