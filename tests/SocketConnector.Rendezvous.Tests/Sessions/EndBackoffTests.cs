using SocketConnector.Rendezvous.Sessions;

namespace SocketConnector.Rendezvous.Tests.Sessions;

public sealed class EndBackoffTests
{
    private static readonly double[] _ceilings = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30, 30];

    [Fact]
    public void It_is_anything_up_to_a_ceiling_that_doubles()
    {
        var highest = new EndBackoff(new Fixed(1));
        Assert.Equal(_ceilings, _ceilings.Select(_ => highest.Next().TotalSeconds));
        var lowest = new EndBackoff(new Fixed(0));
        Assert.All(_ceilings, _ => Assert.Equal(TimeSpan.Zero, lowest.Next()));
    }

    [Fact]
    public void It_is_the_same_for_the_same_chances()
    {
        EndBackoff one = new(new Random(3)), same = new(new Random(3)), other = new(new Random(4));
        TimeSpan[] waits = [.. _ceilings.Select(_ => one.Next())];
        Assert.Equal(waits, _ceilings.Select(_ => same.Next()));
        Assert.NotEqual(waits, _ceilings.Select(_ => other.Next()));
        Assert.All(waits.Zip(_ceilings), static pair => Assert.InRange(pair.First.TotalSeconds, 0, pair.Second));
    }

    [Fact]
    public void An_end_that_was_let_in_begins_anew()
    {
        var backoff = new EndBackoff(new Fixed(1));
        Assert.All(Enumerable.Range(0, 5), _ => backoff.Next());
        backoff.Reset();
        Assert.Equal(TimeSpan.FromMilliseconds(100), backoff.Next());
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 0)]
    [InlineData(5, 5)]
    [InlineData(3600, 3600)]
    [InlineData(3601, 3600)]
    [InlineData(900_000_000_000, 3600)]
    public void What_the_relay_asks_for_comes_before_chance_within_reason(long seconds, int expected)
    {
        var backoff = new EndBackoff(new Fixed(0.5));
        Assert.Equal(TimeSpan.FromSeconds(expected) + TimeSpan.FromMilliseconds(50), backoff.Next(TimeSpan.FromSeconds(seconds)));
        Assert.Equal(TimeSpan.FromMilliseconds(100), backoff.Next());
    }

    private sealed class Fixed(double chance) : Random
    {
        public override double NextDouble() => chance;
    }
}
