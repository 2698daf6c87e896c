using SocketConnector.Rendezvous.Sessions;

namespace SocketConnector.Rendezvous.Tests.Sessions;

public sealed class JoinRatesTests
{
    [Theory]
    [InlineData(1_000)]
    [InlineData(60_000_000)]
    [InlineData(int.MaxValue)]
    public void However_high_the_rate_a_time_that_was_read_a_moment_earlier_is_no_refusal(int perMinute)
    {
        var rates = new JoinRates(perMinute, cells: 8);
        Assert.True(rates.TryTake(1, now: 1_000, out _));
        Assert.True(rates.TryTake(1, now: 998, out long retryAfter), $"it is to come again in {retryAfter} ms");
    }
}
