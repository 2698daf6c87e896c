using System.Text;

namespace SocketConnector.Cli.Tables;

/// <summary>Rows under a heading, in columns with spaces between. No cell can break its line or drive the terminal.</summary>
/// <param name="columns">From left to right.</param>
internal sealed class TextTable(params IReadOnlyList<TextColumn> columns)
{
    private const int Gap = 2;

    // An address of IPv4 with its port.
    private const int LeastFlexible = 21;

    private readonly List<string[]> _rows = [];

    /// <param name="cells">One for each column.</param>
    public void Add(params IEnumerable<string> cells) => _rows.Add([.. cells.Select(LegibleText.Of)]);

    /// <param name="width">That of the terminal, into which flexible columns are cut; none where nothing is to be cut.</param>
    public string ToText(int? width)
    {
        string[][] all = [[.. columns.Select(static column => column.Heading)], .. _rows];
        int[] widths = [.. columns.Select((_, at) => all.Max(row => DisplayWidth.Of(row[at])))];
        if (width is int most)
        {
            Shrink(widths, most);
        }

        var text = new StringBuilder();
        foreach (string[] row in all)
        {
            AppendRow(text, row, widths);
        }

        return text.ToString();
    }

    /// <summary>Takes from the widest flexible column, one at a time, until the rows fit or there is nothing left to take.</summary>
    private void Shrink(int[] widths, int most)
    {
        for (int over = widths.Sum() + (Gap * (widths.Length - 1)) - most; over > 0; over--)
        {
            int widest = -1;
            for (int at = 0; at < widths.Length; at++)
            {
                widest = columns[at].IsFlexible && widths[at] > LeastFlexible && (widest < 0 || widths[at] > widths[widest]) ? at : widest;
            }

            if (widest < 0)
            {
                return;
            }

            widths[widest]--;
        }
    }

    private void AppendRow(StringBuilder text, string[] row, int[] widths)
    {
        int start = text.Length;
        for (int at = 0; at < row.Length; at++)
        {
            string cell = DisplayWidth.Cut(row[at], widths[at]);
            string padding = new(' ', widths[at] - DisplayWidth.Of(cell));
            text.Append(' ', at == 0 ? 0 : Gap).Append(columns[at].IsNumber ? padding : cell).Append(columns[at].IsNumber ? cell : padding);
        }

        while (text.Length > start && text[^1] == ' ')
        {
            text.Length--;
        }

        text.Append('\n');
    }
}

/// <summary>A column of a <see cref="TextTable"/>.</summary>
/// <param name="Heading">Above it.</param>
internal sealed record TextColumn(string Heading)
{
    /// <summary>Whether its cells stand at the right.</summary>
    public bool IsNumber { get; init; }

    /// <summary>Whether its cells may be cut where the terminal is too narrow.</summary>
    public bool IsFlexible { get; init; }
}
