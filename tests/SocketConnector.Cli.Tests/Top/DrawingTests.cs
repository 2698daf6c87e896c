using SocketConnector.Cli.Top;

namespace SocketConnector.Cli.Tests.Top;

/// <summary>From lines to what is written.</summary>
public sealed class DrawingTests
{
    [Fact]
    public void B135_Only_lines_that_changed_are_written_and_nothing_is_cleared()
    {
        var diff = new FrameDiff();
        Assert.Equal("\e[?2026h\e[1;1Hone\e[2;1Htwo\e[3;1Hsix\e[?2026l", diff.To(["one", "two", "six"]));
        Assert.Null(diff.To(["one", "two", "six"]));
        Assert.Equal("\e[?2026h\e[2;1HTWO\e[?2026l", diff.To(["one", "TWO", "six"]));
        diff.Forget();
        Assert.Equal("\e[?2026h\e[1;1Hone\e[2;1HTWO\e[3;1Hsix\e[?2026l", diff.To(["one", "TWO", "six"]));
    }

    [Theory]
    [InlineData("abc", 5, "abc  ")]
    [InlineData("abc", 3, "abc")]
    [InlineData("abc", 2, "a…")]
    [InlineData("abc", 1, "…")]
    [InlineData("abc", 0, "")]
    [InlineData("漢字", 3, "漢…")]
    [InlineData("漢字", 2, "… ")]
    [InlineData("a漢字", 4, "a漢…")]
    public void B135_A_line_fits(string text, int columns, string expected)
    {
        Assert.Equal(expected, new ScreenLine(text).Fit(columns).Text);
        Assert.Equal(expected, text.Aggregate(new ScreenLine(), static (line, letter) => line.Add(letter.ToString())).Fit(columns).Text);
    }

    [Fact]
    public void B135_What_stands_at_the_right_gives_way_where_there_is_no_room()
    {
        Assert.Equal("left    right", new ScreenLine("left").With(new ScreenLine("right"), 13).Text);
        Assert.Equal("le… right", new ScreenLine("left").With(new ScreenLine("right"), 9).Text);
        Assert.Equal("left  ", new ScreenLine("left").With(new ScreenLine("right"), 6).Text);
    }

    [Fact]
    public void B135_NO_COLOR_leaves_bold_and_reversed()
    {
        ScreenLine line = new ScreenLine("a", Tone.Strong).Add("b", Tone.AToB).Add("c", Tone.Selected).Add("d");
        Assert.Equal("\e[1ma\e[0m\e[32mb\e[0m\e[7mc\e[0md", new Painter(hasColours: true).Paint(line));
        Assert.Equal("\e[1ma\e[0mb\e[7mc\e[0md", new Painter(hasColours: false).Paint(line));
    }

    [Fact]
    public void B135_Bars_show_the_last_minute_and_nothing_is_not_little()
    {
        Assert.Equal("   ▁▄█", Sparkline.Of([0, 0.1, 4, 8], 6, 8));
        Assert.Equal("▄█", Sparkline.Of([0, 0.1, 4, 8], 2, 8));
        Assert.Equal("  ", Sparkline.Of([0, 0], 2, 0));
        Assert.Equal("", Sparkline.Of([1, 2], 0, 2));

        RateHistory minute = Enumerable.Range(1, 70).Aggregate(RateHistory.Empty, static (history, rate) => history.With(rate));
        Assert.Equal(Enumerable.Range(11, 60).Select(static rate => (double)rate), minute.Values);
        Assert.Equal(0, minute.With(double.NaN).Last);
    }
}
