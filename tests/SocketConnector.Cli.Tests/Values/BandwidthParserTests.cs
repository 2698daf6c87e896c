using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.Tests.Values;

public sealed class BandwidthParserTests
{
    [Theory]
    [InlineData("1024/s", 1024L)]
    [InlineData("1KiB/s", 1024L)]
    [InlineData("64K/s", 64 * 1024L)]
    [InlineData("10MiB/s", 10 * 1024 * 1024L)]
    [InlineData("10mib/S", 10 * 1024 * 1024L)]
    [InlineData("1TiB/s", 1L << 40)]
    [InlineData("none", null)]
    [InlineData("off", null)]
    public void B98_A_rate_is_a_size_for_each_second(string text, long? bytes)
    {
        Parsed<long?> rate = BandwidthParser.Parse(text);
        Assert.Null(rate.Error);
        Assert.Equal(bytes, rate.Value);
    }

    [Theory]
    [InlineData("10MiB", "'10MiB' is a size, not a rate; write 10MiB/s")]
    [InlineData("4096", "'4096' is a size, not a rate; write 4096/s")]
    [InlineData("0", "'0' is out of range; it must be from 1KiB/s to 1TiB/s")]
    [InlineData("1", "'1' is out of range")]
    [InlineData("2TiB", "'2TiB' is out of range")]
    [InlineData("1023/s", "'1023/s' is out of range; it must be from 1KiB/s to 1TiB/s")]
    [InlineData("0/s", "out of range")]
    [InlineData("2TiB/s", "out of range")]
    [InlineData("99999999999999999999999999/s", "out of range")]
    [InlineData("10Mbit/s", "'10Mbit/s' may mean bits, or multiples of 1000; a rate is in bytes: write 64KiB/s, 10MiB/s or none")]
    [InlineData("100mbps", "may mean bits")]
    [InlineData("10MB/s", "'10MB/s' may mean bits, or multiples of 1000")]
    [InlineData("10MiB/m", "'10MiB/m' is not a rate; write 64KiB/s, 10MiB/s or none")]
    [InlineData("fast", "is not a rate")]
    [InlineData("/s", "is not a rate")]
    [InlineData("", "is not a rate")]
    [InlineData("-1KiB/s", "is not a rate")]
    public void B98_Anything_else_is_refused_with_what_is_expected(string text, string expected) =>
        Assert.Contains(expected, BandwidthParser.Parse(text).Error, StringComparison.Ordinal);
}
