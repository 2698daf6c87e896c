using SocketConnector.Cli.Tables;

namespace SocketConnector.Cli.Tests.Tables;

public sealed class TextTableTests
{
    [Fact]
    public void B133_Columns_stand_under_their_headings_and_numbers_at_the_right()
    {
        var table = new TextTable(new TextColumn("ID") { IsNumber = true }, new TextColumn("A"), new TextColumn("SENT") { IsNumber = true });
        table.Add("7", "127.0.0.1:5000", "12B");
        table.Add("1234", "x", "1.5MiB");

        Assert.Equal("  ID  A                 SENT\n   7  127.0.0.1:5000     12B\n1234  x               1.5MiB\n", table.ToText(width: null));
    }

    [Fact]
    public void B133_Only_a_terminal_cuts_and_only_what_is_flexible()
    {
        string path = $"unix:/{new string('p', 60)}";
        var table = new TextTable(new TextColumn("ID") { IsNumber = true }, new TextColumn("A") { IsFlexible = true }, new TextColumn("B"));
        table.Add("7", path, "127.0.0.1:5000");

        Assert.Contains(path, table.ToText(width: null), StringComparison.Ordinal);
        string[] cut = table.ToText(width: 60).Split('\n');
        Assert.All(cut, static line => Assert.InRange(DisplayWidth.Of(line), 0, 60));
        Assert.Contains("p…  127.0.0.1:5000", cut[1], StringComparison.Ordinal);

        // There is an end to it.
        Assert.Equal(2 + 2 + 21 + 2 + 14, DisplayWidth.Of(table.ToText(width: 10).Split('\n')[1]));
    }

    [Theory]
    [InlineData("\e[2J\n\u202e", @"\x1b[2J\n\u202e")]
    [InlineData("a\tb", @"a\tb")]
    public void B133_A_cell_cannot_break_its_line_or_drive_the_terminal(string cell, string expected)
    {
        var table = new TextTable(new TextColumn("A"));
        table.Add(cell);
        Assert.Equal($"A\n{expected}\n", table.ToText(width: 80));
    }

    [Theory]
    [InlineData("日本", 4)]
    [InlineData("e\u0301", 1)]
    [InlineData("😀", 2)]
    [InlineData("ü", 1)]
    public void Columns_of_a_terminal_are_counted(string text, int columns) => Assert.Equal(columns, DisplayWidth.Of(text));

    [Theory]
    [InlineData(0, "0B")]
    [InlineData(1023, "1023B")]
    [InlineData(1024, "1KiB")]
    [InlineData(1_572_864, "1.5MiB")]
    [InlineData(1_048_575, "1MiB")]
    [InlineData(1.2e18, "1065.8PiB")]
    public void Sizes_are_for_people(double bytes, string expected) => Assert.Equal(expected, SizeText.Of(bytes));

    [Theory]
    [InlineData(250, "250ms")]
    [InlineData(3_290, "3.2s")]
    [InlineData(59_990, "59.9s")]
    [InlineData(192_000, "3m12s")]
    [InlineData(7_500_000, "2h05m")]
    [InlineData(356_400_000, "4d03h")]
    [InlineData(-1, "0ms")]
    [InlineData(long.MaxValue, "10675199d02h")]
    public void Times_have_their_two_largest_units(long milliseconds, string expected) => Assert.Equal(expected, TimeText.OfMilliseconds(milliseconds));
}
