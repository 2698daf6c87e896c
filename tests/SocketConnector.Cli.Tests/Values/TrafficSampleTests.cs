using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.Tests.Values;

public sealed class TrafficSampleTests
{
    [Theory]
    [InlineData("1", "1 2 3 4 5 6 7")]
    [InlineData("2", "1 3 5 7")]
    [InlineData("3", "1 4 7")]
    [InlineData("10", "1")]
    public void One_in_so_many_is_by_number_and_begins_with_the_first(string written, string taken)
    {
        TrafficSample sample = TrafficSample.Parse(written).Value!;

        Assert.Equal(taken, string.Join(' ', Enumerable.Range(1, 7).Where(id => sample.Takes((long)id))));
    }

    [Theory]
    [InlineData(0.25, 0.2499, true)]
    [InlineData(0.25, 0.25, false)]
    [InlineData(1, 0.9999, true)]
    public void A_share_is_by_chance(double share, double chance, bool isTaken) => Assert.Equal(isTaken, new TrafficSample(1, share, () => chance).Takes(1));

    [Theory]
    [InlineData("100%", 1000)]
    [InlineData("0.001%", 0)]
    [InlineData("12.5%", 125)]
    public void A_share_is_read_in_percent(string written, int about)
    {
        TrafficSample sample = TrafficSample.Parse(written).Value!;

        // Ten standard deviations of a thousand throws.
        Assert.InRange(Enumerable.Range(1, 1000).Count(id => sample.Takes((long)id)), about - 105, about + 105);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("%")]
    [InlineData("0%")]
    [InlineData("1e1%")]
    [InlineData("99999999999")]
    public void Anything_else_is_refused(string written) => Assert.StartsWith("sample must be a number from 1", TrafficSample.Parse(written).Error, StringComparison.Ordinal);
}
