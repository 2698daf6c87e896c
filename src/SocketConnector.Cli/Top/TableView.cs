using SocketConnector.Cli.Admin;
using SocketConnector.Cli.Tables;

namespace SocketConnector.Cli.Top;

/// <summary>The connections: a heading, and a line for each row that there is room for.</summary>
internal static class TableView
{
    private const string Mark = ">";

    public static IEnumerable<ScreenLine> Of(TopState state)
    {
        IReadOnlyList<TopColumn> columns = TopColumns.For(state);
        string gap = new(' ', TopColumns.Gap(state.Size.Columns));
        yield return Line(" ", gap, columns, column => Heading(state, column), Tone.Strong);
        for (int at = 0; at < state.Layout.Rows; at++)
        {
            int index = state.Page.Offset + at;
            if (at < state.Page.Rows.Count)
            {
                ConnectionInfo row = state.Page.Rows[at];
                bool isSelected = index == state.Cursor;
                yield return Line(isSelected ? Mark : " ", gap, columns, column => column.Of(row), isSelected ? Tone.Selected : Tone.Plain);
            }
            else
            {
                yield return at == 0 && Empty(state) is { } why ? new ScreenLine($"  {why}", Tone.Faint) : new ScreenLine();
            }
        }
    }

    private static ScreenLine Line(string mark, string gap, IReadOnlyList<TopColumn> columns, Func<TopColumn, string> cell, Tone tone) =>
        new(mark + string.Concat(columns.Select(column => gap + Cell(column, cell(column)))), tone);

    private static string Cell(TopColumn column, string text)
    {
        string kept = DisplayWidth.Cut(LegibleText.Of(text), column.Width);
        string padding = new(' ', Math.Max(0, column.Width - DisplayWidth.Of(kept)));
        return column.IsNumber ? padding + kept : kept + padding;
    }

    private static string Heading(TopState state, TopColumn column) =>
        column.Sort == state.Sort ? column.Heading + (state.IsDescending ? "▼" : "▲") : column.Heading;

    private static string? Empty(TopState state) =>
        state.Connectors is null ? null
        : state.Page.Total == 0 ? "there is no connection"
        : state.Filter.Length > 0 ? "no connection has all these words; / changes the filter"
        : null;
}
