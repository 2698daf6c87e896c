using System.Net;
using FsCheck;
using FsCheck.Fluent;
using SocketConnector.Limits;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Limits;

/// <summary>Limits on counts, counts of addresses and what an address is, without sockets.</summary>
public sealed class CountTests
{
    /// <summary>Of which address one comes or goes.</summary>
    private static Gen<(bool Comes, int Address)[]> Moves =>
        Gen.ArrayOf(Gen.Elements(true, true, false).Zip(Gen.Choose(0, 5)).Select(pair => (pair.Item1, pair.Item2)));

    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7", true)]
    [InlineData("192.0.2.7", "::ffff:192.0.2.7", true)]
    [InlineData("192.0.2.7", "192.0.2.8", false)]
    [InlineData("::ffff:192.0.2.7", "::ffff:192.0.2.8", false)]
    [InlineData("2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff", true)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", false)]
    [InlineData("fe80::1", "fe80::1%7", true)]
    [InlineData("::1", "0.0.0.1", false)]
    public void B91_IPv6_counts_by_networks_of_64_bits_and_IPv4_by_address_in_either_notation(string one, string other, bool isSame) =>
        Assert.Equal(isSame, KeyOf(new IPEndPoint(IPAddress.Parse(one), 1)) == KeyOf(new IPEndPoint(IPAddress.Parse(other), 2)));

    [Fact]
    public void B91_What_is_not_of_IP_has_no_address()
    {
        Assert.Null(KeyOf(new System.Net.Sockets.UnixDomainSocketEndPoint("/run/x.sock")));
        Assert.Null(KeyOf(new DnsEndPoint("localhost", 1)));
        Assert.Null(KeyOf(null));
    }

    [Fact]
    public Task B91_As_many_of_an_address_are_there_at_once_as_may_be() => Seeded.CheckAsync(Gen.Choose(1, 3).Zip(Moves), cases: 2000, pair => Compare(most: pair.Item1, pair.Item2));

    [Fact]
    public void B91_A_million_addresses_that_come_and_go_leave_nothing_behind()
    {
        const int AtOnce = 1000;
        var counts = new AddressCounts(1);
        for (int address = 0; address < AtOnce; address++)
        {
            Assert.True(counts.TryTake((UInt128)address));
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int address = AtOnce; address < 1_000_000; address++)
        {
            counts.GiveBack((UInt128)(address - AtOnce));
            Assert.True(counts.TryTake((UInt128)address));
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        Assert.Equal(AtOnce, counts.Count);
        for (int address = 1_000_000 - AtOnce; address < 1_000_000; address++)
        {
            counts.GiveBack((UInt128)address);
        }

        Assert.Equal(0, counts.Count);
    }

    [Fact]
    public async Task B91_Threads_never_take_more_places_than_there_are()
    {
        var places = new CountLimit(3);
        int most = 0, taken = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 10_000; i++)
            {
                if (places.TryTake())
                {
                    int now = Interlocked.Increment(ref taken);
                    for (int seen = Volatile.Read(ref most); now > seen; seen = Volatile.Read(ref most))
                    {
                        Interlocked.CompareExchange(ref most, now, seen);
                    }

                    Interlocked.Decrement(ref taken);
                    places.GiveBack();
                }
            }
        })));
        Assert.InRange(most, 1, 3);
        Assert.Equal(0, places.Count);
    }

    /// <summary>The key is the bytes 00 to 0f, and so is what is hashed.</summary>
    [Fact]
    public void The_hash_is_the_one_of_the_paper()
    {
        byte[] bytes = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];
        var value = new UInt128(upper: BitConverter.ToUInt64(bytes, 8), lower: BitConverter.ToUInt64(bytes, 0));
        Assert.Equal(0x3f2acc7f57c29bdbUL, new KeyedHash(bytes).Of(value));
        Assert.NotEqual(KeyedHash.Create().Of(value), KeyedHash.Create().Of(value));
    }

    private static void Compare(int most, (bool Comes, int Address)[] moves)
    {
        var counts = new AddressCounts(most);
        int[] there = new int[6];
        foreach ((bool comes, int address) in moves)
        {
            if (comes)
            {
                bool mayCome = there[address] < most;
                Assert.Equal(mayCome, counts.TryTake((UInt128)address));
                there[address] += mayCome ? 1 : 0;
            }
            else if (there[address] > 0)
            {
                counts.GiveBack((UInt128)address);
                there[address]--;
            }

            Assert.Equal(there.Count(count => count > 0), counts.Count);
        }
    }

    private static UInt128? KeyOf(EndPoint? endPoint) => AddressKey.Of(CompactEndPoint.Of(endPoint));
}
