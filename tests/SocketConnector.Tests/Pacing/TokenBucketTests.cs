using SocketConnector.Pacing;

namespace SocketConnector.Tests.Pacing;

public sealed class TokenBucketTests
{
    private const int Rate = 100_000;

    [Fact]
    public void B98_It_holds_no_more_than_a_twentieth_of_a_second_s_worth()
    {
        var bucket = new TokenBucket(Rate);
        Assert.Equal((Rate / 20, Rate / 20), (bucket.Burst, bucket.Available(TimeSpan.FromHours(1))));
    }

    [Fact]
    public void B98_It_fills_with_time_and_says_when()
    {
        var bucket = new TokenBucket(Rate);
        bucket.Take(bucket.Available(TimeSpan.Zero));
        Assert.Equal(TimeSpan.FromMilliseconds(20), bucket.When(2000, TimeSpan.Zero));
        Assert.Equal(0, bucket.Available(TimeSpan.Zero));
        Assert.Equal(1999, bucket.Available(TimeSpan.FromMilliseconds(20) - TimeSpan.FromTicks(1)));
        Assert.Equal(2000, bucket.Available(TimeSpan.FromMilliseconds(20)));
        bucket.GiveBack(500);
        Assert.Equal(2500, bucket.Available(TimeSpan.FromMilliseconds(20)));
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(1_000_003)]
    [InlineData(1L << 40)]
    public void B98_When_it_says_so_they_are_there(long rate)
    {
        var bucket = new TokenBucket(rate);
        TimeSpan now = TimeSpan.Zero;
        for (int i = 0; i < 1000; i++)
        {
            bucket.Take(bucket.Available(now));
            now = bucket.When(bucket.MinRead, now);
            Assert.InRange(bucket.Available(now), bucket.MinRead, bucket.Burst);
        }
    }

    [Fact]
    public void B98_A_clock_that_steps_back_stops_nothing()
    {
        var bucket = new TokenBucket(1000);
        bucket.Take(bucket.Available(TimeSpan.FromMinutes(1)));
        Assert.Equal(0, bucket.Available(TimeSpan.FromSeconds(1)));
        Assert.Equal(10, bucket.Available(TimeSpan.FromSeconds(1.01)));
    }
}
