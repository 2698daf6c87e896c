using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Time.Testing;
using SocketConnector.Limits;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Limits;

/// <summary>Rates of addresses, without sockets.</summary>
public sealed class RateTableTests
{
    private const int Addresses = 4;

    private readonly FakeTimeProvider _time = new();

    /// <summary>Intervals that do not divide evenly among them.</summary>
    private static Gen<ConnectionRate> Rates =>
        from count in Gen.Choose(1, 7)
        from milliseconds in Gen.Choose(1, 50)
        select new ConnectionRate(count, TimeSpan.FromMilliseconds(milliseconds));

    /// <summary>From which address the next comes, and after how many ticks.</summary>
    private static Gen<(int Address, int Ticks)[]> Arrivals =>
        Gen.ArrayOf(
            from address in Gen.Choose(0, Addresses - 1)
            from ticks in Gen.Frequency((2, Gen.Constant(0)), (3, Gen.Choose(0, 100_000)), (1, Gen.Choose(0, 1_000_000)))
            select (address, ticks));

    [Fact]
    public Task B91_A_rate_is_a_bucket_for_each_address_that_refills_steadily() => CheckAsync((rate, arrivals) =>
    {
        var time = new FakeTimeProvider();
        var table = new RateTable(rate, time, cells: 8);
        long interval = rate.Per.Ticks / rate.Count;
        long[] level = [.. Enumerable.Repeat(interval * rate.Count, Addresses)];
        foreach ((int address, int ticks) in arrivals)
        {
            time.Advance(TimeSpan.FromTicks(ticks));
            level = [.. level.Select(each => Math.Min(each + ticks, interval * rate.Count))];
            bool isThere = level[address] >= interval;
            level[address] -= isThere ? interval : 0;
            Assert.Equal(isThere, table.TryTake((UInt128)address));
        }
    });

    [Fact]
    public Task B91_What_is_let_in_keeps_to_the_rate_from_any_one_to_any_later_one() => CheckAsync((rate, arrivals) =>
    {
        var time = new FakeTimeProvider();
        var table = new RateTable(rate, time, cells: 8);
        long interval = rate.Per.Ticks / rate.Count;
        var letIn = Enumerable.Range(0, Addresses).Select(_ => new List<long>()).ToArray();
        foreach ((int address, int ticks) in arrivals)
        {
            time.Advance(TimeSpan.FromTicks(ticks));
            if (table.TryTake((UInt128)address))
            {
                letIn[address].Add(time.GetTimestamp());
            }
        }

        foreach (List<long> times in letIn)
        {
            for (int first = 0; first < times.Count; first++)
            {
                for (int last = first; last < times.Count; last++)
                {
                    int count = last - first + 1;
                    Assert.True(times[last] - times[first] >= (count - rate.Count) * interval, $"{count} in {times[last] - times[first]} ticks, at {rate}");
                }
            }
        }
    });

    [Fact]
    public void B91_The_whole_count_may_come_at_once_and_again_after_the_whole_time()
    {
        var table = new RateTable(new ConnectionRate(3, TimeSpan.FromSeconds(1)), _time);
        for (int round = 0; round < 5; round++)
        {
            Assert.Equal([true, true, true, false, false], Enumerable.Range(0, 5).Select(_ => table.TryTake(7)));
            _time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public void B91_In_a_full_table_the_one_whose_bucket_is_full_soonest_starts_anew_and_one_that_has_used_its_rate_up_does_not()
    {
        // One set of cells, so that each address competes with each other.
        var table = new RateTable(new ConnectionRate(3, TimeSpan.FromSeconds(3)), _time, cells: 8);
        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => table.TryTake(0)));
        for (int address = 1; address <= 100; address++)
        {
            Assert.True(table.TryTake((UInt128)address), "a new address is refused");
            Assert.False(table.TryTake(0), $"it was forgotten for address {address}");
        }

        Assert.Equal(93, table.Displaced);
    }

    [Fact]
    public void B91_A_million_addresses_take_no_more_memory_than_one()
    {
        var table = new RateTable(new ConnectionRate(2, TimeSpan.FromSeconds(1)), _time);
        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(_ => table.TryTake(0)));
        long before = GC.GetAllocatedBytesForCurrentThread();
        long letIn = 0;
        for (int address = 1; address <= 1_000_000; address++)
        {
            letIn += table.TryTake((UInt128)address << 64) ? 1 : 0;
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        Assert.Equal(1_000_000, letIn);
        Assert.False(table.TryTake(0), "it was forgotten");
        Assert.True(table.Displaced > 500_000, $"{table.Displaced} displaced: all of them fit");
    }

    [Fact]
    public void B91_Buckets_that_are_full_again_make_room()
    {
        var table = new RateTable(new ConnectionRate(2, TimeSpan.FromSeconds(1)), _time, cells: 1024);
        for (int address = 0; address < 100_000; address++)
        {
            Assert.True(table.TryTake((UInt128)address));
            _time.Advance(TimeSpan.FromMilliseconds(10));
        }

        // About 50 of 1 024 are not full at any time. That eight of them fall into one set happens in one run of a thousand, as the key of the hash has it.
        Assert.InRange(table.Displaced, 0, 3);
    }

    [Fact]
    public async Task B91_Threads_share_a_bucket()
    {
        var table = new RateTable(new ConnectionRate(1000, TimeSpan.FromHours(1)), _time);
        int letIn = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                Interlocked.Add(ref letIn, table.TryTake(1) ? 1 : 0);
            }
        })));
        Assert.Equal(1000, letIn);
    }

    private static Task CheckAsync(Action<ConnectionRate, (int Address, int Ticks)[]> body) => Seeded.CheckAsync(Rates.Zip(Arrivals), cases: 2000, pair => body(pair.Item1, pair.Item2));
}
