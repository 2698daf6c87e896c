using System.Globalization;

namespace SocketConnector.TestKit;

/// <summary>What this process holds: bytes on the managed heap, bytes resident, descriptors other than files.</summary>
public readonly record struct ProcessFigures(long ManagedHeap, long Resident, int Descriptors)
{
    /// <summary>As it is, without collecting anything first.</summary>
    public static ProcessFigures Now() =>
        new(GC.GetTotalMemory(forceFullCollection: false), ResidentBytes(), TestKit.Descriptors.OtherThanFiles());

    /// <summary>After everything that can be collected is collected and given back to the system.</summary>
    public static ProcessFigures Settled()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return Now();
    }

    public static ProcessFigures Parse(string text)
    {
        string[] figures = text.Split(' ');
        return new(Number(0), Number(1), (int)Number(2));

        long Number(int i) => long.Parse(figures[i], CultureInfo.InvariantCulture);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{ManagedHeap} {Resident} {Descriptors}");

    private static long ResidentBytes()
    {
        // "VmRSS:	   12345 kB" (proc_pid_status(5)).
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.AsSpan(6, line.Length - 6 - 2).Trim(), CultureInfo.InvariantCulture);
    }
}
