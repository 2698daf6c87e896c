using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.Tests.Values;

public sealed class SizeParserTests
{
    [Theory]
    [InlineData("4096", 4096)]
    [InlineData("1KiB", 1024)]
    [InlineData("64KiB", 65_536)]
    [InlineData("1MiB", 1_048_576)]
    [InlineData("16MiB", 16_777_216)]
    [InlineData("64K", 65_536)]
    [InlineData("64k", 65_536)]
    [InlineData("64kib", 65_536)]
    [InlineData("64KIB", 65_536)]
    [InlineData("1m", 1_048_576)]
    [InlineData("1M", 1_048_576)]
    [InlineData("1mib", 1_048_576)]
    public void A_size_is_bytes_or_binary_multiples(string text, int bytes) => Assert.Equal(new Parsed<int>(bytes, null), SizeParser.Parse(text));

    [Theory]
    [InlineData("", "is not a size; write 4096, 64KiB or 1MiB")]
    [InlineData("KiB", "is not a size")]
    [InlineData("64kb", "can mean multiples of 1000 or of 1024; write 64KiB for 1024")]
    [InlineData("64KB", "can mean multiples of 1000 or of 1024; write 64KiB for 1024")]
    [InlineData("1MB", "can mean multiples of 1000 or of 1024; write 1MiB for 1024")]
    [InlineData("xKB", "is not a size")]
    [InlineData("-1", "is not a size")]
    [InlineData("1.5MiB", "is not a size")]
    [InlineData("99999999999", "is out of range")]
    [InlineData("99999999999999999999999999", "is out of range")]
    [InlineData("9223372036854775807TiB", "is out of range")]
    [InlineData("1GiB", "is out of range; it must be from 1KiB to 16MiB")]
    [InlineData("1G", "is out of range")]
    [InlineData("1T", "is out of range")]
    [InlineData("0", "is out of range")]
    [InlineData("1023", "is out of range; it must be from 1KiB to 16MiB")]
    [InlineData("17MiB", "is out of range")]
    [InlineData("2147483647MiB", "is out of range")]
    public void B71_A_bad_size_is_refused_with_what_is_expected(string text, string expected) =>
        Assert.StartsWith($"'{text}' {expected}", SizeParser.Parse(text).Error, StringComparison.Ordinal);

    [Theory]
    [InlineData("1KiB")]
    [InlineData("16MiB")]
    public void The_bounds_are_those_of_the_library(string text) =>
        Assert.Equal(SizeParser.Parse(text).Value, new ConnectorOptions { BufferSize = SizeParser.Parse(text).Value }.BufferSize);
}
