namespace SocketConnector.Bench.Reporting;

internal static class MarkdownTable
{
    public static string Write(IReadOnlyList<string> titles, IEnumerable<string[]> rows) => string.Join(
        '\n', [Line(titles), Line([.. titles.Select(_ => "---")]), .. rows.Select(Line)]);

    private static string Line(IReadOnlyList<string> cells) => $"| {string.Join(" | ", cells.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal)))} |";
}
