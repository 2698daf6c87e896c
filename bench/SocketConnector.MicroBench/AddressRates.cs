using System.Diagnostics;
using System.Globalization;
using System.Threading.RateLimiting;
using SocketConnector.Limits;

namespace SocketConnector.MicroBench;

/// <summary>
/// A rate for each of a million addresses: the table of the library beside the rate limiters of .NET, by time, memory and what becomes
/// of addresses that come no more. It measures the whole process, so it is no benchmark of BenchmarkDotNet.
/// </summary>
internal static class AddressRates
{
    public const string Name = "address-rates";

    private const int Addresses = 1_000_000;
    private static readonly TimeSpan _refill = TimeSpan.FromMilliseconds(100);

    public static async Task RunAsync()
    {
        MeasureTable();
        MeasureLoad();
        await MeasurePartitionsAsync();
    }

    private static void MeasureTable()
    {
        long before = Memory();
        var table = new RateTable(new ConnectionRate(10, 10 * _refill), TimeProvider.System);
        (double first, double again) = Measure(address => table.TryTake((UInt128)address));
        Write($"table: {first:0} ns for a new address, {again:0} ns for the next of it, {(Memory() - before) / 1024.0 / 1024:0.0} MiB");
        GC.KeepAlive(table);
    }

    /// <summary>How often a newcomer finds all cells of its set taken, while none becomes free.</summary>
    private static void MeasureLoad()
    {
        foreach (int load in (int[])[10, 25, 50, 75, 100, 200])
        {
            var table = new RateTable(new ConnectionRate(1, TimeSpan.FromHours(24)), TimeProvider.System);
            int count = (int)((long)RateTable.DefaultCells * load / 100), last = RateTable.DefaultCells / 20;
            for (int address = 0; address < count; address++)
            {
                table.TryTake((UInt128)address);
            }

            long before = table.Displaced;
            for (int address = count; address < count + last; address++)
            {
                table.TryTake((UInt128)address);
            }

            Write($"table: {count} addresses in {RateTable.DefaultCells} cells ({load} %): {before} were displaced, and by the next {100.0 * (table.Displaced - before) / last:0.000} %");
        }
    }

    private static async Task MeasurePartitionsAsync()
    {
        long before = Memory();
        await using var limiter = PartitionedRateLimiter.Create<UInt128, UInt128>(address => RateLimitPartition.GetTokenBucketLimiter(address, static _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = 10,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = _refill,
            QueueLimit = 0,
        }));
        (double first, double again) = Measure(address =>
        {
            using RateLimitLease lease = limiter.AttemptAcquire((UInt128)address);
            return lease.IsAcquired;
        });
        Write($"partitions: {first:0} ns for a new address, {again:0} ns for the next of it, {(double)(Memory() - before) / Addresses:0} bytes each");
        using Process self = Process.GetCurrentProcess();
        for (int i = 0; i < 10; i++)
        {
            self.Refresh();
            (TimeSpan cpu, long start) = (self.TotalProcessorTime, Stopwatch.GetTimestamp());
            await Task.Delay(TimeSpan.FromSeconds(2));
            self.Refresh();
            double share = (self.TotalProcessorTime - cpu) / Stopwatch.GetElapsedTime(start);
            Write($"partitions: {2 * (i + 1)} s later, nobody comes: {100 * share:0} % of a core, {(double)(Memory() - before) / Addresses:0} bytes each");
        }
    }

    private static (double First, double Again) Measure(Func<int, bool> acquire) => (Pass(acquire), Pass(acquire));

    private static double Pass(Func<int, bool> acquire)
    {
        long start = Stopwatch.GetTimestamp();
        for (int address = 0; address < Addresses; address++)
        {
            acquire(address);
        }

        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / Addresses;
    }

    private static long Memory() => GC.GetTotalMemory(forceFullCollection: true);

    private static void Write(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
