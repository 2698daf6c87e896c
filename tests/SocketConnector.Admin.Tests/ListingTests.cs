using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SocketConnector.Admin.Listing;
using SocketConnector.Admin.Registry;

namespace SocketConnector.Admin.Tests;

/// <summary>Filter, order and pages, without sockets.</summary>
public sealed class ListingTests
{
    private static readonly DateTimeOffset _noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void B133_Ten_thousand_connections_are_listed_page_by_page_each_once()
    {
        One[] all = [.. Enumerable.Range(0, 10_000).Select(static i => new One(i) { RemoteA = new IPEndPoint(new IPAddress([10, (byte)(i >> 16), (byte)(i >> 8), (byte)i]), 1000 + (i % 7)), Bytes = i * 37 % 1009, Identity = i % 3 == 0 ? $"user-{i % 100}" : null })];
        new Random(133).Shuffle(all);
        foreach (ConnectionOrder order in Enum.GetValues<ConnectionOrder>())
        {
            List<long> seen = [];
            for (int offset = 0; offset < all.Length; offset += 1000)
            {
                (IReadOnlyList<One> page, int matched) = new ConnectionQuery { Order = order, Offset = offset, Limit = 1000 }.Run(all, _noon);
                Assert.Equal(10_000, matched);
                seen.AddRange(page.Select(static one => one.Id));
            }

            Assert.Equal(10_000, seen.Distinct().Count());
        }
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("alice", true)]
    [InlineData("ALICE 10.0.0.7", true)]
    [InlineData("alice bob", false)]
    [InlineData("#12", true)]
    [InlineData("#1", false)]
    [InlineData("#12 alice", true)]
    [InlineData("#12 #13", false)]
    [InlineData("  alice   ", true)]
    [InlineData("#", true)]
    public void B133_All_words_of_a_filter_must_be_found(string filter, bool expected) =>
        Assert.Equal(expected, new ConnectionFilter(filter).Matches(new One(12) { RemoteA = new IPEndPoint(IPAddress.Parse("10.0.0.7"), 80), Identity = "Alice" }));

    [Fact]
    public void B133_Addresses_are_sorted_by_their_numbers_and_those_without_one_come_last()
    {
        One[] all =
        [
            new(1) { RemoteA = null },
            new(2) { RemoteA = new UnixDomainSocketEndPoint("/b") },
            new(3) { RemoteA = new IPEndPoint(IPAddress.Parse("10.0.0.10"), 1) },
            new(4) { RemoteA = new IPEndPoint(IPAddress.Parse("10.0.0.9"), 2) },
            new(5) { RemoteA = new IPEndPoint(IPAddress.Parse("::ffff:10.0.0.9"), 1) },
            new(6) { RemoteA = new UnixDomainSocketEndPoint("/a") },
            new(7) { RemoteA = new IPEndPoint(IPAddress.Parse("2001:db8::1"), 1) },
        ];
        Assert.Equal([5, 4, 3, 7, 6, 2, 1], Ids(all, new ConnectionQuery { Order = ConnectionOrder.A }));
    }

    [Fact]
    public void B133_An_end_point_whose_text_cannot_be_had_fails_no_list()
    {
        One[] all = [new(1) { RemoteA = new Nameless() }, new(2) { RemoteA = new IPEndPoint(IPAddress.Loopback, 1) }];
        Assert.Equal([2, 1], Ids(all, new ConnectionQuery { Order = ConnectionOrder.A }));
    }

    [Fact]
    public void B133_Equal_ones_keep_the_order_of_their_ids_in_both_directions()
    {
        One[] all = [new(3) { Bytes = 1 }, new(1) { Bytes = 1 }, new(2) { Bytes = 2 }];
        Assert.Equal([1, 3, 2], Ids(all, new ConnectionQuery { Order = ConnectionOrder.Bytes }));
        Assert.Equal([2, 1, 3], Ids(all, new ConnectionQuery { Order = ConnectionOrder.Bytes, IsDescending = true }));
    }

    [Fact]
    public void B133_A_page_beyond_the_end_is_empty()
    {
        (IReadOnlyList<One> page, int matched) = new ConnectionQuery { Offset = int.MaxValue }.Run([new One(1)], _noon);
        Assert.Equal((0, 1), (page.Count, matched));
    }

    [Fact]
    public void B133_A_rate_is_what_moved_between_two_samples_and_nothing_at_first()
    {
        var rates = new Rates<long>();
        rates.Take([(1, 100, 10)], TimeSpan.Zero);
        Assert.Equal(0, rates.Of(1).Total);
        rates.Take([(1, 300, 10), (2, 5, 5)], TimeSpan.FromSeconds(2));
        Assert.Equal((new Rate(100, 0), default(Rate)), (rates.Of(1), rates.Of(2)));
        rates.Take([(2, 6, 5)], TimeSpan.FromSeconds(1));
        Assert.Equal((default(Rate), new Rate(1, 0)), (rates.Of(1), rates.Of(2)));
    }

    private static long[] Ids(One[] all, ConnectionQuery query) => [.. query.Run(all, _noon).Page.Select(static one => one.Id)];

    private sealed class Nameless : EndPoint
    {
        public override string ToString() => throw new InvalidOperationException("no text");
    }

    private sealed class One(long id) : IListed
    {
        public long Id => id;

        public DateTimeOffset JoinedAt { get; } = _noon.AddSeconds(-id);

        public long Bytes { get; init; }

        public double Rate => Bytes / 2.0;

        public EndPoint? RemoteA { get; init; }

        public EndPoint? RemoteB => null;

        public string? Identity { get; init; }

        public IEnumerable<string> Texts() => [string.Create(CultureInfo.InvariantCulture, $"#{id}"), RemoteA?.ToString() ?? "", Identity ?? ""];
    }
}
