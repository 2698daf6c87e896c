using SocketConnector.Cli.Top;

namespace SocketConnector.Cli.Tests.Top;

/// <summary>What keys do, on a screen of 80 columns and 24 lines, which has 16 rows.</summary>
public sealed class TopKeysTests
{
    private const int Many = 10_000;

    private readonly TopState _table = Rows.Shown(80, 24, Many);

    [Fact]
    public void B135_The_cursor_moves_and_the_rows_with_it()
    {
        Assert.Equal((0, 0, 1L), At(_table.Press(KeyName.Up)));
        Assert.Equal((1, 0, 2L), At(_table.Press(KeyName.Down)));
        Assert.Equal((1, 0, 2L), At(_table.Type("jjk")));

        TopState below = _table.Press(Enumerable.Repeat(new Key(KeyName.Down), 16));
        Assert.Equal((16, 1, null), At(below));
        Assert.Equal(1, below.Query.Offset);
        Assert.Equal((16, 1, 17L), At(below.Answered(Many)));

        TopState last = _table.Press(KeyName.End);
        Assert.Equal((9999, 9984), (last.Cursor, last.First));
        Assert.Equal((9999, 9984, 10000L), At(last.Answered(Many)));
        Assert.Equal((9983, 9983), (last.Answered(Many).Press(KeyName.PageUp).Cursor, last.Answered(Many).Press(KeyName.PageUp).First));
        Assert.Equal((0, 0), (last.Press(KeyName.Home).Cursor, last.Press(KeyName.Home).First));
    }

    [Fact]
    public void B135_Only_the_rows_of_the_screen_are_asked_for()
    {
        Assert.Equal(16, _table.Query.Limit);
        Assert.Equal(52, _table.WithSize(new ScreenSize(200, 60)).Query.Limit);
        Assert.Equal(5, _table.WithSize(new ScreenSize(40, 10)).Query.Limit);
    }

    [Fact]
    public void B135_The_cursor_is_on_the_screen_after_a_resize()
    {
        TopState small = _table.Press(Enumerable.Repeat(new Key(KeyName.Down), 15)).WithSize(new ScreenSize(40, 10));
        Assert.Equal((15, 11), (small.Cursor, small.First));
    }

    [Fact]
    public void B135_The_cursor_follows_its_connection_while_that_is_seen()
    {
        TopState third = _table.Type("jj");
        var moved = new RowPage(0, Many, Many, [.. Enumerable.Range(1, 16).Select(static id => Rows.Connection(id == 9 ? 3 : id + 100))]);
        Assert.Equal((8, 0, 3L), At(Take(third, moved)));

        var gone = new RowPage(0, Many, Many, [.. Enumerable.Range(101, 16).Select(static id => Rows.Connection(id))]);
        Assert.Equal((2, 0, 103L), At(Take(third, gone)));
        Assert.Equal((0, 0, null), At(Take(third, RowPage.Empty)));
    }

    [Fact]
    public void B135_Sorting_goes_round_and_the_largest_comes_first_where_it_is_looked_for()
    {
        TopState age = _table.Type("jjs");
        Assert.Equal(("age", true, 0), (age.Query.Sort, age.Query.IsDescending, age.Cursor));
        Assert.Equal(("age", false), (age.Type("r").Query.Sort, age.Type("r").Query.IsDescending));
        Assert.Equal(["bytes", "rate", "a", "b", "identity", "id"], Enumerable.Range(1, 6).Select(count => age.Type(new string('s', count)).Sort));
    }

    [Fact]
    public void B135_A_filter_is_typed_and_taken_back()
    {
        TopState typing = _table.Type("jj/alicE 10.0");
        Assert.Equal("", typing.Filter);
        TopState filtered = typing.Press(KeyName.Enter);
        Assert.Equal(("alicE 10.0", 0), (filtered.Query.Filter, filtered.Cursor));
        Assert.Equal("alicE 10.0", filtered.Type("/x").Press(KeyName.Escape).Filter);
        Assert.Equal("alicE 10.", filtered.Type("/").Press(KeyName.Backspace).Press(KeyName.Enter).Filter);
        Assert.Equal("", filtered.Type("/").Press(KeyName.Clear).Press(KeyName.Enter).Filter);
    }

    [Fact]
    public void B135_A_connection_is_ended_after_a_yes_and_not_before()
    {
        TopState asked = _table.Type("je").Drawn();
        Assert.Equal("End #2 A 127.0.0.1:5000 with B 127.0.0.1:5432? y/n", asked.Prompt?.Text);
        Assert.Equal((null, null), (TopKeys.Press(asked, new Key(KeyName.Enter)).Action, asked.Press(KeyName.Enter).Prompt));
        Assert.Equal((null, null), (TopKeys.Press(asked, Key.Of('j')).Action, asked.Type("j").Prompt));
        Assert.Null(asked.Type("n").Prompt);
        Assert.Null(asked.Press(KeyName.Escape).Prompt);
        Assert.Equal(new TopAction.End(2), TopKeys.Press(asked, Key.Of('y')).Action);

        // It is the one that was asked about, whatever has come under the cursor since.
        TopState moved = Take(asked, new RowPage(0, 1, 1, [Rows.Connection(99)]));
        Assert.Equal(new TopAction.End(2), TopKeys.Press(moved, Key.Of('y')).Action);
    }

    [Theory]
    [InlineData("delivery")]
    [InlineData("hey")]
    public void B135_A_word_that_is_pasted_answers_no_question_that_nobody_has_seen(string word)
    {
        TopState state = _table;
        foreach (char letter in word)
        {
            (state, TopAction? action) = TopKeys.Press(state, Key.Of(letter));
            Assert.Null(action);
        }
    }

    [Fact]
    public void B135_A_drain_is_asked_about_too()
    {
        TopState asked = _table.Type("d").Drawn();
        Assert.Equal("Drain db? It accepts no more, and ends when its 3 connections have. y/n", asked.Prompt?.Text);
        Assert.Equal(new TopAction.Drain(["1"]), TopKeys.Press(asked, Key.Of('y')).Action);
    }

    [Fact]
    public void B135_A_capture_asks_for_its_file_and_ends_by_the_same_key()
    {
        TopState asked = _table.Type("jc");
        Assert.Equal("connection-2.pcapng", ((TopPrompt.CaptureFile)asked.Prompt!).Typed);
        Assert.Equal(new TopAction.Capture(2, "x.pcapng"), TopKeys.Press(asked.Press(KeyName.Clear).Type("x.pcapng"), new Key(KeyName.Enter)).Action);
        Assert.Null(TopKeys.Press(asked.Press(KeyName.Clear), new Key(KeyName.Enter)).Action);
        Assert.Equal(new TopAction.StopCapture(), TopKeys.Press(_table with { Capture = new CaptureProgress(2, "x.pcapng", 0) }, Key.Of('c')).Action);
    }

    [Fact]
    public void B135_Details_are_asked_for_until_the_connection_has_ended()
    {
        TopState details = _table.Type("j").Press(KeyName.Enter);
        Assert.Equal((2, false), (((TopSheet.Details)details.Sheet!).Id, ((TopSheet.Details)details.Sheet!).HasEnded));
        Assert.StartsWith("End #2 ", details.Type("e").Prompt?.Text, StringComparison.Ordinal);

        TopState ended = TopAnswers.Take(details, new TopAnswer(Rows.Connectors(Rows.Connector()), Rows.Page(0, 16, Many), IsSample: true) { DetailsOf = 2 });
        Assert.True(((TopSheet.Details)ended.Sheet!).HasEnded);
        Assert.Equal("no connection is selected", ended.Type("e").Notice);
        Assert.Null(ended.Press(KeyName.Escape).Sheet);
    }

    [Fact]
    public void B135_Help_comes_and_goes_and_can_be_scrolled()
    {
        TopState help = Rows.Shown(40, 10, 1).Type("?");
        Assert.IsType<TopSheet.Help>(help.Sheet);
        Assert.Equal(1, help.Press(KeyName.Down).Sheet?.Scroll);
        Assert.InRange(help.Press(KeyName.End).Sheet!.Scroll, 2, 20);
        Assert.Null(help.Type("?").Sheet);
    }

    [Fact]
    public void B135_Ctrl_C_ends_it_also_in_the_middle_of_a_question() =>
        Assert.Equal(new TopAction.Quit(), TopKeys.Press(_table.Type("e"), new Key(KeyName.Interrupt)).Action);

    [Fact]
    public void B135_Without_a_connection_there_is_nothing_to_end_or_to_show()
    {
        TopState empty = Rows.Shown(80, 24, 0);
        Assert.All("ec", letter => Assert.Equal("no connection is selected", empty.Press(Key.Of(letter)).Notice));
        Assert.Null(empty.Press(KeyName.Enter).Sheet);
        Assert.Equal("nothing runs that could be drained", new TopState().Type("d").Notice);
    }

    private static TopState Take(TopState state, RowPage page) => TopAnswers.Take(state, new TopAnswer(Rows.Connectors(Rows.Connector()), page, IsSample: true));

    private static (int Cursor, int First, long? Id) At(TopState state) => (state.Cursor, state.First, state.SelectedId);
}
