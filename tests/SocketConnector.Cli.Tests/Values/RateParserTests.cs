using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.Tests.Values;

public sealed class RateParserTests
{
    [Theory]
    [InlineData("10/1s", 10, 1_000)]
    [InlineData("100/1m", 100, 60_000)]
    [InlineData("1/250ms", 1, 250)]
    [InlineData("3/1.5s", 3, 1_500)]
    [InlineData("1/24h", 1, 86_400_000)]
    [InlineData("1000000/1s", 1_000_000, 1_000)]
    [InlineData("2147483647/24h", int.MaxValue, 86_400_000)]
    public void A_rate_is_a_number_and_a_duration(string text, int count, int milliseconds) =>
        Assert.Equal(new Parsed<ConnectionRate>(new ConnectionRate(count, TimeSpan.FromMilliseconds(milliseconds)), null), RateParser.Parse(text));

    [Theory]
    [InlineData("", "'' is not a rate; write 10/1s or 100/1m")]
    [InlineData("fast", "'fast' is not a rate; write 10/1s")]
    [InlineData("/1s", "'/1s' is not a rate")]
    [InlineData("-1/1s", "'-1/1s' is not a rate")]
    [InlineData("1.5/1s", "'1.5/1s' is not a rate")]
    [InlineData("10 / 1s", "'10 / 1s' is not a rate")]
    [InlineData("10/1s/2", "'10/1s/2' is not a rate")]
    [InlineData("10", "'10' does not say in how much time; write 10/1s")]
    [InlineData("10/", "'10/' does not say in how much time; write 10/1s")]
    [InlineData("10/s", "'10/s' needs a number before the unit; write 10/1s")]
    [InlineData("10/m", "'10/m' needs a number before the unit; write 10/1m")]
    [InlineData("10/none", "'10/none' needs a number before the unit; write 10/1s or 100/1m")]
    [InlineData("10/sec", "'10/sec' needs a number before the unit; write 10/1s or 100/1m")]
    [InlineData("10/1", "'1' has no unit; write 1s or 1ms")]
    [InlineData("10/0s", "'0s' is too short; the shortest is 1ms")]
    [InlineData("10/1x", "'1x' is not a duration")]
    [InlineData("10/25h", "'10/25h' is over too long a time; the longest is 24h")]
    [InlineData("0/1s", "'0/1s' admits nobody; the least is 1, such as 1/1s")]
    [InlineData("1000001/1s", "'1000001/1s' is too many; the most in that time is 1000000")]
    [InlineData("99999999999999999999/1s", "'99999999999999999999/1s' is too many; the most in that time is 1000000")]
    public void B71_A_bad_rate_is_refused_with_what_is_expected(string text, string expected)
    {
        string error = RateParser.Parse(text).Error!;
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error);
    }
}
