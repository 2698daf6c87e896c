using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.Tests.Values;

public sealed class DurationParserTests
{
    [Theory]
    [InlineData("250ms", 250)]
    [InlineData("1ms", 1)]
    [InlineData("30s", 30_000)]
    [InlineData("1.5s", 1_500)]
    [InlineData("5m", 300_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("1176h", 4_233_600_000)]
    [InlineData("1d", 86_400_000)]
    [InlineData("49d", 4_233_600_000)]
    [InlineData("none", -1)]
    [InlineData("off", -1)]
    public void A_duration_is_a_number_and_a_unit(string text, long milliseconds)
    {
        Parsed<TimeSpan> parsed = DurationParser.Parse(text);

        Assert.Null(parsed.Error);
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), parsed.Value);
    }

    [Theory]
    [InlineData("", "is not a duration; write 250ms")]
    [InlineData("s", "is not a duration")]
    [InlineData("5x", "is not a duration")]
    [InlineData("5S", "is not a duration")]
    [InlineData("-5s", "is not a duration")]
    [InlineData("1,5s", "is not a duration")]
    [InlineData("1e3s", "is not a duration")]
    [InlineData("5 s", "is not a duration")]
    [InlineData("None", "is not a duration")]
    [InlineData("99999999999999999999999999999999h", "is not a duration")]
    [InlineData("30", "has no unit; write 30s or 30ms")]
    [InlineData("0", "is too short; the shortest is 1ms, and none means no limit")]
    [InlineData("0s", "is too short; the shortest is 1ms, and none means no limit")]
    [InlineData("0.5ms", "is too short")]
    [InlineData("1177h", "is too long; the longest is 1176h, or none for no limit")]
    [InlineData("50d", "is too long; the longest is 1176h, or none for no limit")]
    [InlineData("999999999999h", "is too long")]
    public void B71_A_bad_duration_is_refused_with_what_is_expected(string text, string expected)
    {
        Parsed<TimeSpan> parsed = DurationParser.Parse(text);

        Assert.Contains($"'{text}' {expected}", parsed.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0", "'0' is too short; the shortest is 1ms")]
    [InlineData("1177h", "'1177h' is too long; the longest is 1176h")]
    [InlineData("none", "'none' is not a duration; write 250ms, 30s, 5m or 1h")]
    [InlineData("off", "'off' is not a duration; write 250ms, 30s, 5m or 1h")]
    public void B71_None_is_not_offered_where_there_must_be_a_limit(string text, string expected) =>
        Assert.Equal(expected, DurationParser.Parse(text, allowNone: false).Error);

    [Fact]
    public void B71_Draining_asks_for_a_unit_of_nothing_too() => Assert.Contains("'0' has no unit; write 0s", DurationParser.ParseOrZero("0").Error, StringComparison.Ordinal);

    [Fact]
    public void Draining_may_take_no_time_at_all() => Assert.Equal(new Parsed<TimeSpan>(TimeSpan.Zero, null), DurationParser.ParseOrZero("0s"));

    [Fact]
    public void What_is_no_timer_may_take_years() => Assert.Equal(new Parsed<TimeSpan>(TimeSpan.FromDays(3650), null), DurationParser.ParseDays("3650d"));

    [Theory]
    [InlineData("3651d", "'3651d' is too long; the longest is 3650d")]
    [InlineData("30", "'30' has no unit; write 30h or 30d")]
    [InlineData("none", "'none' is not a duration; write 12h or 30d")]
    public void B71_And_no_more_than_that(string text, string expected) => Assert.Equal(expected, DurationParser.ParseDays(text).Error);
}
