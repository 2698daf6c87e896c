using SocketConnector.Cli.CommandLine;

namespace SocketConnector.Cli.Tests.CommandLine;

public sealed class SizeParserTests
{
    [Theory]
    [InlineData("4096", 4096)]
    [InlineData("1KiB", 1024)]
    [InlineData("64KiB", 65_536)]
    [InlineData("1MiB", 1_048_576)]
    [InlineData("16MiB", 16_777_216)]
    public void A_size_is_bytes_or_binary_multiples(string text, int bytes) => Assert.Equal(new Parsed<int>(bytes, null), SizeParser.Parse(text));

    [Theory]
    [InlineData("", "is not a size; write 4096, 64KiB or 1MiB")]
    [InlineData("KiB", "is not a size")]
    [InlineData("64kb", "is not a size")]
    [InlineData("64KB", "is not a size")]
    [InlineData("-1", "is not a size")]
    [InlineData("1.5MiB", "is not a size")]
    [InlineData("99999999999", "is not a size")]
    [InlineData("1023", "is out of range; it must be from 1KiB to 16MiB")]
    [InlineData("17MiB", "is out of range")]
    [InlineData("2147483647MiB", "is out of range")]
    public void B71_A_bad_size_is_refused_with_what_is_expected(string text, string expected) =>
        Assert.Contains($"'{text}' {expected}", SizeParser.Parse(text).Error, StringComparison.Ordinal);

    [Theory]
    [InlineData("1KiB")]
    [InlineData("16MiB")]
    public void The_bounds_are_those_of_the_library(string text) =>
        Assert.Equal(SizeParser.Parse(text).Value, new ConnectorOptions { BufferSize = SizeParser.Parse(text).Value }.BufferSize);
}
