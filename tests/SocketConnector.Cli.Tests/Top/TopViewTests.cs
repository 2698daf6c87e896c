using SocketConnector.Cli.Admin;
using SocketConnector.Cli.Tables;
using SocketConnector.Cli.Top;

namespace SocketConnector.Cli.Tests.Top;

public sealed class TopViewTests
{
    private const string Hostile = "\e[2Jeve\n\u202e漢字🙂";

    public static TheoryData<int, int> Sizes => new() { { 80, 24 }, { 200, 60 }, { 40, 10 }, { 1, 1 }, { 3, 2 }, { 20, 5 }, { 500, 8 }, { 120, 20 } };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void B135_A_frame_is_exactly_as_large_as_the_screen(int columns, int lines)
    {
        TopState table = Rows.Shown(columns, lines, 10_000);
        var hostile = new RowPage(0, 2, 2, [Rows.Connection(1, Hostile), Rows.Connection(2, a: new string('漢', 100))]);
        TopState[] states =
        [
            new TopState().WithSize(new ScreenSize(columns, lines)),
            table,
            table with { Page = hostile, SelectedId = 1 },
            table with { Page = hostile, Connectors = Rows.Connectors(Rows.Connector(), Rows.Connector("2", Hostile)) },
            table with { Trouble = Hostile, Notice = Hostile },
            table with { Capture = new CaptureProgress(7, Hostile, 1 << 20), Filter = Hostile },
            table.Type("?"),
            table.Type("e"),
            table.Type("/漢字 and a filter that is much longer than the narrowest of the terminals, by far"),
            table.Press(KeyName.Enter),
            (table with { Page = hostile }).Press(KeyName.Enter),
        ];
        foreach (string[] screen in states.Select(Rows.Screen))
        {
            Assert.Equal(lines, screen.Length);
            Assert.All(screen, line => Assert.Equal(columns, DisplayWidth.Of(line)));
            Assert.All(screen, static line => Assert.DoesNotContain(line, static letter => char.IsControl(letter) || letter == '\u202e'));
        }
    }

    [Fact]
    public void B135_80_by_24()
    {
        TopState state = Rows.Shown(80, 24, 10_000) with { AToB = new RateHistory([0, 1024, 2048]), BToA = new RateHistory([0, 0, 1]) };
        string[] screen = [.. state.Screen().Select(static line => line.TrimEnd())];
        Assert.Equal(
            [
                " socketconnector 0.1.0  db  up 2h05m  process 4711  on 127.0.0.1:9000",
                " 3 open   waiting A 0 B 0   admitting 0   joined 17   closed 0",
                " A to B      2KiB/s                                          ▄█  1B in all",
                " B to A        1B/s                                           ▁  2B in all",
                "",
                "   ID▲ A                      B                        AGE     BYTES        RATE",
                ">    1 127.0.0.1:5000         127.0.0.1:5432         3m12s    1.5MiB      2KiB/s",
                "     2 127.0.0.1:5000         127.0.0.1:5432         3m12s    1.5MiB      2KiB/s",
            ],
            screen[..8]);
        Assert.Equal([" 1-16 of 10000 by id", " ? help  q quit  / filter  s sort  Enter details  e end  c capture  d drain"], screen[^2..]);
    }

    [Fact]
    public void B135_40_by_10()
    {
        string[] screen = [.. Rows.Shown(40, 10, 3).Screen().Select(static line => line.TrimEnd())];
        Assert.Equal(
            [
                " socketconnector 0.1.0  db  up 2h05m  p…",
                " 3 open  A to B 0B/s  B to A 0B/s  wait…",
                "   ID▲ A                B",
                ">    1 127.0.0.1:5000   127.0.0.1:5432",
                "     2 127.0.0.1:5000   127.0.0.1:5432",
                "     3 127.0.0.1:5000   127.0.0.1:5432",
                "",
                "",
                " 1-3 of 3 by id",
                " ? help  q quit  / filter  s sort",
            ],
            screen);
    }

    [Fact]
    public void B135_A_wide_screen_shows_both_directions_and_the_connector()
    {
        string[] screen = Rows.Shown(200, 60, 3).Screen();
        Assert.Contains("AGE     A TO B     B TO A  RATE A TO B  RATE B TO A", screen[5], StringComparison.Ordinal);
        Assert.Contains("3m12s     1.5MiB        12B       2KiB/s         0B/s", screen[6], StringComparison.Ordinal);

        TopState several = Rows.Shown(200, 60, 3) with { Connectors = Rows.Connectors(Rows.Connector(), Rows.Connector("2", "web")) };
        Assert.Contains("ID▲  CONNECTOR     A ", several.Screen()[5], StringComparison.Ordinal);
        Assert.Contains("  1  db            127.0.0.1:5000 ", several.Screen()[6], StringComparison.Ordinal);
        Assert.Contains("db, web", several.Screen()[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("draining", false, "draining ")]
    [InlineData("closed", false, "closed ")]
    [InlineData("open", true, "cannot accept ")]
    public void B135_What_is_not_as_it_should_be_stands_at_the_right_of_the_first_line(string state, bool isStarving, string expected)
    {
        TopState shown = Rows.Shown(80, 24, 3) with { Connectors = Rows.Connectors(Rows.Connector() with { State = state, Starving = isStarving }) };
        Assert.EndsWith(expected, shown.Screen()[0], StringComparison.Ordinal);
    }

    [Fact]
    public void B135_A_relay_that_has_gone_takes_one_line()
    {
        TopState shown = Rows.Shown(80, 24, 3) with { Trouble = "no connector listens at unix:/x" };
        Assert.StartsWith(" gone, trying again: no connector listens at unix:/x ", shown.Screen()[1], StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:5432", shown.Screen()[6], StringComparison.Ordinal);
        Assert.Null(shown.Answered(3).Trouble);
    }

    [Fact]
    public void B135_Details_tell_the_TCP_of_both_sides()
    {
        ConnectionInfo connection = Rows.Connection(1) with { A = Rows.Connection(1).A with { Tcp = new TcpState { State = "established", RoundTripSeconds = 0.025, Mss = 1448, CongestionWindow = 10, Retransmits = 3 } } };
        TopState shown = Rows.Shown(80, 24, 3) with { Sheet = new TopSheet.Details(1, connection, HasEnded: true, Scroll: 0) };
        string text = string.Join('\n', shown.Screen());
        Assert.Contains("#1 has ended; this is what was known last", text, StringComparison.Ordinal);
        Assert.Contains("established", text, StringComparison.Ordinal);
        Assert.Contains("25ms, varies by 0ms", text, StringComparison.Ordinal);
        Assert.Contains("10 segments of 1448B", text, StringComparison.Ordinal);
    }

    [Fact]
    public void B135_Help_is_wrapped_and_not_cut()
    {
        TopState help = Rows.Shown(40, 40, 3).Type("?");
        Assert.DoesNotContain(help.Screen()[5..], static line => line.Contains('…', StringComparison.Ordinal));
        Assert.Contains(" /       filter: words that must all be ", help.Screen());
    }

    [Fact]
    public void B135_What_is_captured_is_told_until_it_ends()
    {
        TopState shown = Rows.Shown(80, 24, 3) with { Capture = new CaptureProgress(7, "x.pcapng", 2048) };
        Assert.EndsWith("capturing #7 to x.pcapng 2KiB, c stops ", shown.Screen()[^2], StringComparison.Ordinal);
    }
}
