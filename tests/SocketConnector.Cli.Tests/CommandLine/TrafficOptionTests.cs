using System.CommandLine;
using SocketConnector.Cli.CommandLine;

namespace SocketConnector.Cli.Tests.CommandLine;

/// <summary><c>--log-traffic</c>: its form, and the options behind it.</summary>
public sealed class TrafficOptionTests
{
    public static TheoryData<string, TrafficOptions> Good => new()
    {
        { "--log-traffic", new TrafficOptions() },
        { "--log-traffic=text", new TrafficOptions() },
        { "--log-traffic=hex", new TrafficOptions { Form = TrafficForm.Hex } },
        { "--log-traffic=json,first=4K", new TrafficOptions { Form = TrafficForm.Json, First = 4096 } },
        { "--log-traffic=hex,last=1MiB,side=a", new TrafficOptions { Form = TrafficForm.Hex, Last = 1024 * 1024, Side = Side.A } },
        { "--log-traffic=first=16TiB,side=B", new TrafficOptions { First = 16L << 40, Side = Side.B } },
    };

    [Theory]
    [MemberData(nameof(Good))]
    public void It_is_read_wherever_it_stands(string written, TrafficOptions expected)
    {
        foreach (string[] words in (string[][])[[written, "server-to-server", "9000", "8000"], ["server-to-server", written, "9000", "8000"], ["server-to-server", "9000", "8000", written]])
        {
            ParseResult line = EntryPoint.Parse(words);

            Assert.Empty(line.Errors);
            Assert.Equal(expected, line.GetValue<TrafficOptions?>("--log-traffic"));
        }
    }

    [Theory]
    [InlineData("--log-traffic=hx", "--log-traffic 'hx' is not a form (did you mean hex?); write text, hex or json")]
    [InlineData("--log-traffic=binary", "--log-traffic 'binary' is not a form; write text, hex or json")]
    [InlineData("--log-traffic=", "--log-traffic needs a value; write --log-traffic[=FORM]")]
    [InlineData("--log-traffic hex", "a form stands behind =, without a space; write --log-traffic=hex; see socketconnector help traffic")]
    [InlineData("--log-traffic json,first=1", "a form stands behind =, without a space; write --log-traffic=json,first=1; see")]
    [InlineData("--log-traffic --log-traffic=hex", "--log-traffic is given 2 times; write it once")]
    [InlineData("--log-traffic=hex,frist=1", "--log-traffic 'frist' is not an option of the display of traffic (did you mean first?); see socketconnector help traffic")]
    [InlineData("--log-traffic=hex,first=1,first=2", "--log-traffic first is given twice")]
    [InlineData("--log-traffic=hex,first", "--log-traffic the size is missing; write first=1KiB")]
    [InlineData("--log-traffic=hex,first=x", "'x' is not a size; write 4096, 64KiB or 1MiB")]
    [InlineData("--log-traffic=hex,first=0", "first must be at least 1; write first=1KiB, or leave it out")]
    [InlineData("--log-traffic=hex,last=2MiB", "last can be up to 1MiB; write last=1KiB")]
    [InlineData("--log-traffic=hex,last=1kb", "write 1KiB for 1024")]
    [InlineData("--log-traffic=hex,side=C", "side must be A or B, where the bytes come from; write side=A")]
    [InlineData("--log-traffic=sample=0", "sample must be a number from 1, for one connection in so many, or a share from 0.001% to 100%; write sample=10 or sample=5%")]
    [InlineData("--log-traffic=sample=101%", "sample must be")]
    [InlineData("--log-traffic=sample", "sample must be")]
    public void B71_A_mistake_is_told_in_one_line_that_names_the_part(string written, string expected)
    {
        ParseResult line = EntryPoint.Parse(["server-to-server", "9000", "8000", .. written.Split(' ')]);

        Assert.True(Mistake.IsIn(line), "no mistake is seen");
        Assert.Contains(expected, Mistake.Describe(line), StringComparison.Ordinal);
    }

    [Fact]
    public void Behind_two_hyphens_it_is_no_option_and_stays_as_it_was_written() =>
        Assert.Contains("there is no option --log-traffic ", Mistake.Describe(EntryPoint.Parse(["server-to-server", "9000", "8000", "--", "--log-traffic"])), StringComparison.Ordinal);
}
